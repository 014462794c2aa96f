#!/usr/bin/env python3
"""W5: ticks a second onto a disk, ours beside a raw file and SQLite, in turn in the same run.

    Benchmarks/journal/append.py --folder /var/tmp        # a folder on a real disk

Ours is the writer that the plugin `journal` uses (`journalbench append`), with a sync every 100 ms and
every 1,000 ticks. The raw file is the floor: 48 bytes a tick as they are in memory, with the same
syncs. SQLite writes batches of 1,000 rows with a write-ahead log, synchronous full and normal. Prints a
line of JSON a system and the ratios.
"""

import argparse
import json
import os
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)
DRIVER = os.path.join(PACKAGE, ".build", "release", "journalbench")


def ours(folder, events, sync):
    out = subprocess.run(
        [DRIVER, "append", os.path.join(folder, "journal"), "--events", str(events),
         "--batch", "256", "--sync", sync],
        capture_output=True, text=True, check=True).stdout  # fmt: skip
    return json.loads(out.splitlines()[-1])["per_second"]


def ticks(count):
    """Made ticks: time, instrument, price, size, side, sequence."""
    price = 100_000_000_000
    for number in range(count):
        price += (number * 7919) % 2001 * 1_000_000 - 1_000_000_000
        yield number * 100_000, number % 1000, price, 1 + number % 100, number & 1, number


def raw(folder, events, each):
    record = struct.Struct("<qqqqqq")
    batch = b"".join(record.pack(*tick) for tick in ticks(1000))
    descriptor = os.open(os.path.join(folder, "raw"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    began = last = time.monotonic()
    for _ in range(events // 1000):
        os.write(descriptor, batch)
        now = time.monotonic()
        if each == "1000" or now - last >= 0.1:
            os.fdatasync(descriptor)
            last = now
    os.fdatasync(descriptor)
    seconds = time.monotonic() - began
    os.close(descriptor)
    return events / seconds


def sqlite(folder, events, synchronous):
    database = sqlite3.connect(os.path.join(folder, "ticks.db"), isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute(f"pragma synchronous = {synchronous}")
    database.execute(
        "create table t (time integer, instrument integer, price integer, size integer, "
        "side integer, sequence integer primary key)")
    rows = list(ticks(events))
    began = time.monotonic()
    for start in range(0, events, 1000):
        database.execute("begin")
        database.executemany("insert into t values (?, ?, ?, ?, ?, ?)", rows[start : start + 1000])
        database.execute("commit")
    seconds = time.monotonic() - began
    database.close()
    return events / seconds


SYSTEMS = {
    "tickwire, every 100 ms": lambda folder: ours(folder, 20_000_000, "100ms"),
    "tickwire, every 1,000": lambda folder: ours(folder, 10_000_000, "1000"),
    "raw file, every 100 ms": lambda folder: raw(folder, 20_000_000, "100ms"),
    "raw file, every 1,000": lambda folder: raw(folder, 5_000_000, "1000"),
    "SQLite, normal": lambda folder: sqlite(folder, 1_000_000, "normal"),
    "SQLite, full": lambda folder: sqlite(folder, 1_000_000, "full"),
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", default=None, help="where to write; default: the temporary one")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not os.path.exists(DRIVER):
        sys.exit(
            f"no {DRIVER}: run swift build --package-path {PACKAGE} -c release "
            "--product journalbench")
    rates = {name: [] for name in SYSTEMS}
    for _ in range(options.rounds):
        for name, run in SYSTEMS.items():
            with tempfile.TemporaryDirectory(prefix="tickwire-w5-", dir=options.folder) as folder:
                rates[name].append(run(folder))
    for name, found in rates.items():
        print(json.dumps({
            "system": name, "per_second": round(statistics.median(found)),
            "least": round(min(found)), "most": round(max(found)),
        }))  # fmt: skip


if __name__ == "__main__":
    main()
