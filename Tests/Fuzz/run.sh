#!/bin/sh
# Fuzzes one target, or all: Tests/Fuzz/run.sh SECONDS [TARGET]...
# A target NAME is Sources/NAME with a static product of that name in Package.swift, and a folder of
# seeds Corpus/NAME. What a run finds new stays in .build/corpus; a crash is written to the current
# folder and the exit code is not 0.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:?usage: run.sh SECONDS [TARGET]...}
shift
[ $# -gt 0 ] || set -- $(ls "$here/Sources")
for target in "$@"; do
  swift build --package-path "$here" -c release --product "$target" \
    -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
  bin=$(swift build --package-path "$here" -c release --show-bin-path)
  echo '' > "$bin/empty.swift"
  swiftc -sanitize=fuzzer -parse-as-library "$bin/empty.swift" -o "$bin/$target-fuzz" \
    -Xlinker --whole-archive "$bin/lib$target.a" -Xlinker --no-whole-archive
  mkdir -p "$here/.build/corpus/$target"
  echo "fuzzing $target for $seconds s"
  # Swift's own crash reporter would end the process before libFuzzer has written the input.
  SWIFT_BACKTRACE=enable=no "$bin/$target-fuzz" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 "$here/.build/corpus/$target" "$here/Corpus/$target"
done
