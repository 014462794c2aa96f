#!/bin/sh
# Instructions that the bus takes for one event, counted by valgrind: the same on every run and on a
# busy machine. `--check` fails when one is more than 3 % above what instructions.txt records;
# `--record` writes that file anew.
#
#     ./instructions.sh [--check|--record] [path of busbench]
set -eu
cd "$(dirname "$0")"
mode=print
case "${1:-}" in
--check | --record)
  mode=${1#--}
  shift
  ;;
esac
# Stripped, as valgrind 3.19 does not read the debug information of Swift 6.
busbench=$(mktemp)
trap 'rm -f "$busbench"' EXIT
strip -o "$busbench" "${1:-.build/release/busbench}"
chmod +x "$busbench"

count() { # workload, producers, batch, events
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$busbench" --workload "$1" \
    --producers "$2" --batch "$3" --events "$4" 2>&1 >/dev/null |
    sed -n 's/.*Collected : //p' | grep .
}

# From the difference of two runs, so that what happens once does not count.
per_event() { # workload, producers, batch
  few=$(count "$1" "$2" "$3" 160000)
  many=$(count "$1" "$2" "$3" 320000)
  awk -v a="$few" -v b="$many" 'BEGIN { printf "%.1f", (b - a) / 160000 }'
}

found=$(for producers in single multi; do
  for batch in 1 16; do
    publish=$(per_event publish "$producers" "$batch")
    deliver=$(per_event deliver "$producers" "$batch")
    echo "publish $producers $batch $publish"
    echo "poll $producers $batch" \
      "$(awk -v p="$publish" -v d="$deliver" 'BEGIN { printf "%.1f", d - p }')"
  done
done)
case "$mode" in
print) echo "$found" ;;
record) echo "$found" | tee instructions.txt ;;
check)
  echo "$found" | awk '
    NR == FNR { pinned[$1 $2 $3] = $4; next }
    { over = $4 > pinned[$1 $2 $3] * 1.03
      print $0, "pinned", pinned[$1 $2 $3], over ? "TOO MANY" : ""
      failed += over }
    END { exit failed > 0 }' instructions.txt -
  ;;
esac
