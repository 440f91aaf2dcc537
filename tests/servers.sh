#!/usr/bin/env bash
# Put in what the slow tests need of the system: a database server, a browser, an OpenMP runtime.
# Does nothing when all of it is there. Elsewhere than on Debian or Ubuntu, it says what to install.
set -euo pipefail

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
/sbin/ldconfig -p | grep -q 'libgomp\.so\.1' || missing+=(libgomp1)
[ ${#missing[@]} -gt 0 ] || exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "sobria: as root, install: ${missing[*]}" >&2; exit 1; }
    root=(sudo)
fi
command -v apt-get >/dev/null || { echo "sobria: the tests need: ${missing[*]}" >&2; exit 1; }

echo "Installing for the tests: ${missing[*]}"
"${root[@]}" apt-get update -qq
# A cluster that Debian would start by itself is not wanted: each test run makes its own and ends it.
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
