#!/usr/bin/env bash
# Build the virtual environment: install.sh VENV LOCK PACKAGE...
# Third-party packages come hash-checked from the lock; our own are installed in place (editable).
set -euo pipefail

venv=$1 lock=$2
shift 2

say() { echo "$*" >&2; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
    if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

apt_possible() { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; }

apt_install() {
  say "installing $* with apt (once) ..."
  apt-get update -qq </dev/null >/dev/null || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

if ! python=$(find_python); then
  if apt_possible; then apt_install python3 python3-venv; fi
  if ! python=$(find_python); then
    say "error: Python 3.11 or newer is needed and was not found."
    say "  Debian 12, Ubuntu 24.04:  sudo apt-get install python3 python3-venv"
    say "  macOS:                    brew install python@3.12"
    say "  or name one:              make install PYTHON=/path/to/python3"
    exit 2
  fi
fi
if [ ! -x "$venv/bin/python" ] || ! new_enough "$venv/bin/python"; then
  if ! can_make_venv "$python" && apt_possible; then apt_install python3-venv; fi
  if ! can_make_venv "$python"; then
    say "error: $python cannot make virtual environments: sudo apt-get install python3-venv"
    exit 2
  fi
  say "making $venv with $("$python" --version) ..."
  "$python" -m venv "$venv"
fi
say "installing the locked packages into $venv (a minute or two the first time) ..."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
"$venv/bin/python" -m pip install -q --require-hashes --no-deps -r "$lock"
editable=()
for package in "$@"; do editable+=(-e "$package"); done
if [ "$#" -gt 0 ]; then
  "$venv/bin/python" -m pip install -q --no-deps --no-build-isolation "${editable[@]}"
  say "installed: $venv/bin/stancewatch"
fi
