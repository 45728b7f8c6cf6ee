#!/usr/bin/env bash
# Install the built wheel in a clean virtual environment and make one call through it.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wheel=$(ls -t dist/acrouter_mcp-*.whl | head -1)
.venv/bin/python -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$wheel"
cd "$place"
export ACROUTER_DATA_DIR="$place/data"
"$place/venv/bin/acrouter-mcp" choose "Write a function that reverses the words of a sentence" --json
test -z "$("$place/venv/bin/python" - <<'PY'
import importlib.util
print(*[name for name in ("tools", "verifiers") if importlib.util.find_spec(name)])
PY
)" || { echo "the wheel installs a top-level tools or verifiers" >&2; exit 1; }
echo "The wheel works."
