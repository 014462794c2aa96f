#!/bin/sh
# Fetches the chart library of the dashboard from PyPI, where there is none yet. Without it the
# dashboard draws charts by itself: that it cannot be had is said, and no failure.
# TICKWIRE_NO_INSTALL=1 fetches nothing.
set -eu
cd "$(dirname "$0")/.."

package=lightweight-charts
version=2.1
wheel=4c5598fd57ac7569c3fed733727e2033190ca2f6e2460223d27e0926be7bff4f
inside=lightweight_charts/js/lightweight-charts.js
digest=a7d4221516c7ea0bb0cc17d605df8848c1c748517a2ca43c2ce1a95ddb159006
folder=Sources/Plugins/Dashboard/page/vendor
file=$folder/lightweight-charts.js

is_right() { [ "$(sha256sum "$1" 2>/dev/null | cut -d ' ' -f 1)" = "$digest" ]; }

if is_right "$file"; then exit 0; fi

plain() {
  echo "tickwire: $1; the dashboard is built with its own plain charts" >&2
  exit 0
}

[ -z "${TICKWIRE_NO_INSTALL:-}" ] || plain 'the chart library is not there'
command -v python3 >/dev/null 2>&1 || plain 'no python3 to fetch the chart library with'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "$package==$version --hash=sha256:$wheel" >"$work/list"
timeout 60 python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
  --retries 1 --timeout 10 --require-hashes -r "$work/list" -d "$work" >"$work/log" 2>&1 ||
  plain "the chart library could not be fetched ($(tail -n 1 "$work/log"))"
python3 -m zipfile -e "$work"/*.whl "$work/wheel"
is_right "$work/wheel/$inside" || plain 'the chart library is not the one that is expected'
mkdir -p "$folder"
mv "$work/wheel/$inside" "$file"
# A compiler that has not seen the file does not look for it again by itself.
touch Sources/Plugins/Dashboard/files.c
echo "tickwire: the chart library is in $folder"
