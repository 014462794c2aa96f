#!/usr/bin/env bash
# Starts engined from the folder given on the default configuration, controls it, and stops it.
set -euo pipefail
bin=$(cd "${1:?usage: smoke.sh FOLDER-OF-BINARIES}" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
pid=
finish() {
  if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap finish EXIT

fail() {
  echo "smoke: $*" >&2
  cat "$folder/log" >&2
  exit 1
}

ctl() { timeout 10 "$bin/enginectl" "$@"; }

cp "$root/plugins.json" "$root/plugins.schema.json" "$folder"
cd "$folder"
"$bin/engined" >log 2>&1 &
pid=$!
for _ in $(seq 100); do
  grep -q 'engine ready' log && break
  kill -0 "$pid" 2>/dev/null || fail 'engined ended'
  sleep 0.1
done
grep -q 'engine ready' log || fail 'not ready after ten seconds'

ctl list
ctl list --json | grep -q '"running"' || fail 'no plugin runs'
ctl tap 'trade.*' --limit 3
command -v python3 >/dev/null && "$root/deploy/metrics.py" http://127.0.0.1:8000/metrics
ctl stop sim
ctl list --json | grep -q '"stopped"' || fail 'sim did not stop'
ctl start sim

kill -TERM "$pid"
code=0
wait "$pid" || code=$?
pid=
[ "$code" -eq 0 ] || fail "engined ended with $code after SIGTERM"
[ ! -S run/engine.sock ] || fail 'the socket is still there'
echo 'smoke: started, listed, tapped, stopped, started, ended with 0'
