#!/bin/sh
# Runs bars.py on one thread.
here=$(dirname "$0")
POLARS_MAX_THREADS=1 OMP_NUM_THREADS=1 exec "$here/build/venv/bin/python" "$here/bars.py" "$@"
