#!/bin/sh
# Builds the driver of Rust's standard channel into the directory given, by default build/ here.
set -eu
cd "$(dirname "$0")"
out=${1:-build}
mkdir -p "$out"
rustc --edition 2021 -D warnings -C opt-level=3 -C target-cpu=native -C codegen-units=1 \
  -o "$out/mpsc" main.rs
