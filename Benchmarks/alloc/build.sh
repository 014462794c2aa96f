#!/bin/sh
# Builds liballoc_count.so into the directory given, by default build/ beside this script.
# `build.sh --check` also runs a program that plants a known number of allocations.
set -eu
cd "$(dirname "$0")"
out=build
check=false
for argument in "$@"; do
  case $argument in
    --check) check=true ;;
    *) out=$argument ;;
  esac
done
mkdir -p "$out"
flags="-std=c11 -O3 -Wall -Wextra -Werror"
# Without -fno-builtin the compiler may turn malloc and memset in calloc into a call of calloc.
# initial-exec: finding the thread's own flag must not allocate either.
${CC:-cc} $flags -fno-builtin -fPIC -ftls-model=initial-exec -shared -o "$out/liballoc_count.so" alloc_count.c -ldl
$check || exit 0
${CC:-cc} $flags -fno-builtin -pthread -o "$out/planted" planted.c -ldl
LD_PRELOAD="$PWD/$out/liballoc_count.so" "$out/planted"
"$out/planted" absent
