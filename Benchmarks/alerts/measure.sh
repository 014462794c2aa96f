#!/bin/sh
# Measures alerts in a whole engine in one process: tick to alert at 100,000 ticks a second with 100,000 rules, without
# and with a journal before it; events a second with every passage told; and what quiet ticks take from the heap.
set -eu
cd "$(dirname "$0")/../.."
swift build --package-path Benchmarks -c release --product alertsengine >&2
tool=Benchmarks/.build/release/alertsengine
seconds=${SECONDS_EACH:-10}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$tool" latency --seconds "$seconds" --store "$folder/a.sqlite"
"$tool" latency --seconds "$seconds" --store "$folder/b.sqlite" --lanes 2
"$tool" latency --seconds "$seconds" --store "$folder/c.sqlite" --journal "$folder/journal"
for rules in ${RULES:-10000 100000 1000000}; do
  "$tool" throughput --rules "$rules" --seconds "$seconds" --store "$folder/t$rules.sqlite"
done
Benchmarks/alloc/run.sh "$tool" allocs --seconds "$seconds" --store "$folder/d.sqlite"
