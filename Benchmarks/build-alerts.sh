#!/bin/sh
# Builds Tickwire's driver for rules.
set -eu
cd "$(dirname "$0")"
swift build -c release --product alertbench
