#!/bin/sh
# Builds ring-record, ring-word and ring-wide into the directory given, by default build/ beside this script.
set -eu
cd "$(dirname "$0")"
out=${1:-build}
mkdir -p "$out"
flags="-std=c11 -O3 -march=native -Wall -Wextra -Werror -pthread"
${CC:-cc} $flags -DPAYLOAD_WORDS=8 -o "$out/ring-record" ring.c latency.c bench.c
${CC:-cc} $flags -DPAYLOAD_WORDS=1 -o "$out/ring-word" ring.c latency.c bench.c
${CC:-cc} $flags -DPAYLOAD_WORDS=8 -DSLOT_BYTES=128 -o "$out/ring-wide" ring.c latency.c bench.c
