#!/bin/sh
# Make .venv, with the versions of a lock file, hash-checked. Usage: setup.sh LOCK
set -eu
lock=$1

find_python() {
    for name in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    echo "acrouter-mcp: no Python >= 3.11 found; install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
}

if [ ! -x .venv/bin/pip ]; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "acrouter-mcp: $python lacks the modules venv and ensurepip; install them (Debian, Ubuntu: python3-venv)" >&2
        exit 1
    fi
    echo "Making .venv with $python ($("$python" --version))"
    "$python" -m venv .venv
fi
echo "Installing the versions of $lock (the first time takes about a minute)"
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || {
    echo "acrouter-mcp: installing from $lock failed; is a Python package index reachable?" >&2
    exit 1
}
