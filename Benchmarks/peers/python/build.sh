#!/bin/sh
# Makes a virtual environment with polars and DuckDB beside this script.
set -eu
cd "$(dirname "$0")"
test -x build/venv/bin/python || python3 -m venv build/venv
build/venv/bin/pip -q install polars duckdb numpy pyarrow
touch build/venv/ready
