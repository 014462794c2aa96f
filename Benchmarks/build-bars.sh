#!/bin/sh
# Builds Tickwire's driver for bars.
set -eu
cd "$(dirname "$0")"
swift build -c release --product barbench
