#!/usr/bin/env python3
"""Has Databento's own library read what `enginectl export --format dbn` writes, and compares every
field with what `--format ndjson` says.

    "$(../shared/tools/venv.sh databento databento)"/python Benchmarks/rest/dbn.py

Skipped where the package databento is not installed.
"""

import json
import sys
import time
from datetime import datetime, timezone

from daemon import Daemon

try:
    import databento
except ImportError:
    print("skipped: the package databento is not installed")
    sys.exit(0)


def nanos(text):
    whole, _, rest = text.rstrip("Z").partition(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds) * 10**9 + int((rest or "0").ljust(9, "0"))


def fixed(value):
    """A number's text in units of 10⁻⁹."""
    whole, _, rest = str(value).partition(".")
    sign = -1 if whole.startswith("-") else 1
    return int(whole) * 10**9 + sign * int((rest or "0").ljust(9, "0"))


def exported(daemon, *words):
    """The same range as DBN, read by Databento's library, and as lines of JSON."""
    file = daemon.folder / "export.dbn"
    file.write_bytes(daemon.control("export", *words, "--format", "dbn"))
    text = daemon.control("export", *words, "--format", "ndjson").decode()
    rows = [json.loads(line, parse_float=str, parse_int=str) for line in text.splitlines()]
    return databento.DBNStore.from_file(file), rows


def check(what, store, rows, fields):
    records = list(store)
    faults = abs(len(records) - len(rows))
    for record, row in zip(records, rows):
        found, wanted = fields(record, row)
        if found != wanted:
            faults += 1
            if faults < 5:
                print(f"  {what}: read {found}, expected {wanted}")
    frame = store.to_df()
    if len(frame) != len(rows):
        faults += 1
    print(f"{what}: schema {store.schema}, {len(records)} records, {faults} faults")
    return faults + (0 if records else 1)


SIDES = {"buy": "B", "sell": "A"}


def trade(record, row):
    found = (record.ts_event, record.price, record.size, str(record.side))
    return found, (
        nanos(row["time"]), fixed(row["price"]), int(row["size"]), SIDES.get(row.get("side"), "N"))


def bar(record, row):
    found = (record.ts_event, record.open, record.high, record.low, record.close, record.volume)
    return found, (nanos(row["start"]), *(fixed(row[name]) for name in (
        "open", "high", "low", "close")), int(row["volume"]))


def main():
    plugins = [
        {"name": "journal", "type": "journal", "config": {"folder": "{folder}/journal"}},
        {"name": "sim", "type": "generator", "config": {
            "instruments": [{"symbol": "EURUSD"}, {"symbol": "AAPL"}], "interval": "max",
            "step": "50ms", "time": "simulated", "limit": 200_000, "seed": 3}},
        {"name": "bars", "type": "bars", "config": {"specs": ["1s", "1m", "1h"]}},
        {"name": "history", "type": "history", "config": {"store": "{folder}/history.sqlite"}},
    ]
    faults = 0
    with Daemon(plugins) as daemon:
        while json.loads(daemon.control("status", "sim", "--json"))["events_out"] < 200_000:
            daemon.check()
            time.sleep(0.1)
        daemon.settle()
        faults += check("trades", *exported(daemon, "EURUSD"), trade)
        for spec in ("1s", "1m", "1h"):
            faults += check(f"bars {spec}", *exported(daemon, "EURUSD", spec), bar)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
