#!/usr/bin/env python3
"""Runs schemathesis over the API's own document, all of its checks and phases: every endpoint is asked
with what the document allows and with what it does not. Start it with the Python of an environment that
has the package `schemathesis` (4 or later). Arguments go to schemathesis: `--max-examples 50`."""

import subprocess
import sys
from pathlib import Path

from daemon import Daemon

SYMBOLS = ["EURUSD", "AAPL", "GOOGL", "MSFT", "ITEM_00"]
PLUGINS = [
    {"name": "journal", "type": "journal", "config": {"folder": "{folder}/journal"}},
    {"name": "sim", "type": "generator", "config": {
        "model": "gbm", "instruments": [{"symbol": symbol} for symbol in SYMBOLS],
        "interval": "100ms", "seed": 42}},
    {"name": "bars", "type": "bars", "config": {"specs": ["1s", "1m", "1h", "1d"]}},
    {"name": "alerts", "type": "alerts", "config": {"store": "{folder}/alerts.sqlite"}},
    {"name": "history", "type": "history", "config": {"store": "{folder}/history.sqlite"}},
    {"name": "web", "type": "websocket", "config": {"listen": "127.0.0.1:0", "body": "256MiB"}},
]


def main():
    program = Path(sys.executable).parent / "schemathesis"
    if not program.exists():
        sys.exit(f"no schemathesis beside {sys.executable}: pip install schemathesis")
    settings = Path(__file__).with_name("schemathesis.toml")
    with Daemon(PLUGINS) as daemon:
        done = subprocess.run([
            program, "--config-file", settings, "run", f"http://{daemon.address}/openapi.json",
            "--continue-on-failure", "--no-color", *sys.argv[1:]])
        daemon.check()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
