#!/usr/bin/env bash
# Put in what we need of the system: libgomp1 for the embedded model; postgresql and chromium for the slow tests.
# Does nothing when all of it is there. Elsewhere than on Debian or Ubuntu, it says what to install.
# Use: tools/system.sh PACKAGE…
set -euo pipefail

there() {
    case $1 in
        libgomp1) PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q 'libgomp\.so\.1' ;;
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null ;;
        chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null ;;
        *) return 1 ;;
    esac
}

missing=()
for package in "$@"; do there "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0

root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)
if ! command -v apt-get >/dev/null || { [ ${#root[@]} -gt 0 ] && ! command -v sudo >/dev/null; }; then
    echo "sobria: please install these packages of your system: ${missing[*]}" >&2
    exit 1
fi

echo "Installing with apt: ${missing[*]}"
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
