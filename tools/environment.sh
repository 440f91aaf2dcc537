#!/usr/bin/env bash
# Make a virtual environment if there is none, and put into it what a lock file names.
# Use: tools/environment.sh FOLDER LOCKFILE
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 lock=$2

stop() {
    echo "sobria: $1" >&2
    exit 1
}

# The first Python that is new enough; $PYTHON if somebody named one.
python_found() {
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

if [ ! -x "$folder/bin/python" ] || ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(python_found) || stop "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        stop "Python's venv module is missing: sudo apt-get install python3-venv"
    echo "Making the environment in $folder with $("$python" --version)"
    "$python" -m venv --clear "$folder"
fi

# Everything is pinned and its digest checked; compiling is left to the first import, which needs a tenth of it.
pip=("$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input)
echo "Installing $lock (a few minutes the first time)"
"${pip[@]}" --require-hashes --only-binary :all: --no-deps --no-compile --requirement "$lock"
"${pip[@]}" --no-deps --no-build-isolation --editable .
