#!/bin/sh
# JSON, frames and compression of the web frontend on one thread, beside C and Python: figures as JSON lines.
#   web/run.sh [--instructions]
# With --instructions what valgrind counts for one event, from the difference of two runs.
set -eu
cd "$(dirname "$0")/.."
driver=.build/release/webbench
if [ "${1:-}" = --instructions ]; then
  stripped=$(mktemp)
  trap 'rm -f "$stripped"' EXIT
  # Stripped, as valgrind 3.19 does not read the debug information of Swift 6.
  strip -o "$stripped" "$driver"
  chmod +x "$stripped"
  count() { # kind, events
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$stripped" --workload encode --kind "$1" \
      --events "$2" 2>&1 >/dev/null | sed -n 's/.*Collected : //p' | grep .
  }
  for kind in trade quote bar; do
    few=$(count "$kind" 100000)
    many=$(count "$kind" 200000)
    echo "encode $kind $(awk -v a="$few" -v b="$many" 'BEGIN { printf "%.1f", (b - a) / 100000 }')"
  done
  exit
fi
floor=$(mktemp)
trap 'rm -f "$floor" "$floor.a" "$floor.b"' EXIT
(cd peers/c && ${CC:-cc} -std=gnu11 -O3 -march=native -Wall -Wextra -Werror -o "$floor" json.c)
"$driver" --workload text --events 20000 >"$floor.a"
"$floor" text 20000 >"$floor.b"
cmp "$floor.a" "$floor.b" || { echo 'the texts differ' >&2; exit 1; }
for kind in trade quote bar; do "$driver" --workload encode --kind "$kind"; done
"$driver" --workload encode --times ns
"$driver" --workload encode --fields full
"$floor" snprintf
"$floor" hand
python3 peers/python/json_events.py
"$driver" --workload messages
"$driver" --workload unmask --kind binary
"$driver" --workload unmask --kind text
"$driver" --workload deflate
