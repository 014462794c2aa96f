#!/bin/sh
# Runs a program of this folder's parent, or any other, under the interposer.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$here/build/liballoc_count.so" ] || "$here/build.sh"
export LD_PRELOAD="$here/build/liballoc_count.so"
exec "$@"
