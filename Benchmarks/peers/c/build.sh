#!/bin/sh
# Builds the ring drivers of W1 and the servers and the client of W2 and W3 into the directory given, by
# default build/ beside this script. zmqproxy is left out where libzmq is missing.
# build.sh --check also runs the codecs of the client against bytes written by hand.
set -eu
cd "$(dirname "$0")"
check=
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
out=${1:-build}
mkdir -p "$out"
flags="-std=c11 -O3 -march=native -Wall -Wextra -Werror -pthread"
cc=${CC:-cc}
ring="ring.c latency.c bench.c histogram.c"
$cc $flags -DPAYLOAD_WORDS=8 -o "$out/ring-record" $ring
$cc $flags -DPAYLOAD_WORDS=1 -o "$out/ring-word" $ring
$cc $flags -DPAYLOAD_WORDS=8 -DSLOT_BYTES=128 -o "$out/ring-wide" $ring
$cc $flags -o "$out/mdfloor" mdfloor.c
$cc $flags -o "$out/webfloor" webfloor.c
$cc $flags -o "$out/mdload" mdload.c mdnet.c histogram.c codec_*.c
if [ -e /usr/include/zmq.h ]; then $cc $flags -o "$out/zmqproxy" zmqproxy.c -lzmq; fi
if [ -n "$check" ]; then
  $cc $flags -o "$out/codectest" codectest.c mdnet.c histogram.c codec_*.c
  "$out/codectest"
fi
