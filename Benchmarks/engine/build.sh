#!/bin/sh
# Builds the load client, and engined as it ships unless TICKWIRE_BIN names a folder that has one.
set -eu
cd "$(dirname "$0")"
../peers/c/build.sh
if [ -n "${TICKWIRE_BIN:-}" ]; then exit 0; fi
cd ../..
exec make build
