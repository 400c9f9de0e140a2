#!/usr/bin/env bash
# The one command of this project: finds a Python 3.11+ and hands over to site/builder.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
fits='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
  if "$python" -c "$fits" >/dev/null 2>&1; then
    cd "$root"
    PYTHONPATH="$root/site" exec "$python" -m builder "$@"
  fi
done

echo "build.sh needs Python 3.11 or newer with the venv module, and found none as python3." >&2
echo "On Debian or Ubuntu: apt-get install python3 python3-venv; elsewhere see https://www.python.org/downloads/" >&2
exit 1
