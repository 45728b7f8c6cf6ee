#!/bin/sh
# Resolve both lock files anew: versions and hashes for every platform, and no registry's name.
set -eu
compile="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
    --no-header pyproject.toml"
PATH="$PWD/.venv/bin:$PATH"
printf 'setuptools>=80,<90\n' >.venv/build-requirements.in
$compile --extra bench .venv/build-requirements.in --output-file requirements.txt
$compile --extra bench --extra dev --output-file requirements-dev.txt
