#!/bin/sh
# Builds the floor of W6.
set -eu
cd "$(dirname "$0")"
mkdir -p build
${CC:-cc} -std=c11 -O3 -march=native -Wall -Wextra -Werror -o build/alerts alerts.c
