#!/bin/sh
# Makes a virtual environment with the Python servers of W3 beside this script, and the load client.
set -eu
cd "$(dirname "$0")"
../c/build.sh
test -x build/venv/bin/python || python3 -m venv build/venv
build/venv/bin/pip -q install fastapi uvicorn uvloop websockets picows socketify
touch build/venv/ready
