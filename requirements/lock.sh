#!/usr/bin/env bash
# Write the lock files anew from pyproject.toml: versions and digests, never an address. `make lock` runs it.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
wanted() {
    "$python" - "$1" <<'PYTHON'
import sys, tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
wanted = {
    "run": [*project["build-system"]["requires"], "editables", *project["project"]["dependencies"]],
    "dev": project["dependency-groups"]["dev"],
    "providers": sum(project["project"]["optional-dependencies"].values(), []),
}
print(*wanted[sys.argv[1]], sep="\n")
PYTHON
}
locked() {
    wanted "$1" | "$python" -m uv pip compile --quiet --no-config --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-header --no-annotate --no-emit-index-url --no-strip-markers \
        "${@:2}" --output-file "requirements/$1.txt" -
}

locked run
locked dev --constraint requirements/run.txt
locked providers --constraint requirements/run.txt
