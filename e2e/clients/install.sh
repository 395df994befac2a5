#!/usr/bin/env bash
# Installs the real clients of the Explore API that the end-to-end tests run, into the folder given. What the machine lacks the
# runtime for is left out, and the tests say so.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: install.sh FOLDER}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

if command -v npm >/dev/null; then
  npm install --silent --no-audit --no-fund --no-package-lock --prefix "$dir/npm" @opendatasoft/api-client@21.8.1
else
  echo "no npm: the npm client is left out"
fi

if command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null; then
  [ -x "$dir/py/bin/python" ] || python3 -m venv "$dir/py"
  "$dir/py/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
else
  echo "no python3 with venv: odsclient, the generated client and schemathesis are left out"
fi
