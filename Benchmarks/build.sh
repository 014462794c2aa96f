#!/bin/sh
# Builds Tickwire's own driver and the allocation counter it is asked about.
set -eu
cd "$(dirname "$0")"
alloc/build.sh
swift build -c release --product busbench
