#!/usr/bin/env python3
"""W5: ticks a second onto a disk, ours beside a raw file, databases and brokers, in turn in the same run.

    Benchmarks/journal/append.py --folder /var/tmp        # a folder on a real disk
    Benchmarks/journal/append.py --events 20000 --rounds 1     # only to see that all run

Ours is the writer that the plugin `journal` uses (`journalbench append`), with a sync every 100 ms and
every 1,000 ticks. The raw file is the floor: 48 bytes a tick as they are in memory, with the same
syncs. SQLite writes batches of 1,000 rows with a write-ahead log, synchronous full and normal. Servers
(`peers.py`) take what they acknowledge as durable in the way they are set up: PostgreSQL a COPY of 1,000
or 100,000 rows, a transaction each and synced; Redis Streams with its file synced every second; JetStream
with files, for whose sync an acknowledgement does not wait. A server that is not installed is skipped.

Prints a line of JSON a system, then for each of ours its ratio to the fastest database or broker: the
ratio of each round, and of those the median, the least and the most.
"""

import argparse
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import peers
from peers import check, ticks

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)
DRIVER = os.path.join(PACKAGE, ".build", "release", "journalbench")
POSTGRES = ("initdb", "postgres", "pg_isready", "psql")


def ours(folder, events, sync):
    out = subprocess.run(
        [DRIVER, "append", os.path.join(folder, "journal"), "--events", str(events),
         "--batch", "256", "--sync", sync],
        capture_output=True, text=True, check=True).stdout  # fmt: skip
    return json.loads(out.splitlines()[-1])["per_second"]


def raw(folder, events, each):
    batch = b"".join(peers.payloads())
    path = os.path.join(folder, "raw")
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
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
    check("the raw file", events, os.path.getsize(path) // peers.RECORD.size)
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
    check("SQLite", events, database.execute("select count(*) from t").fetchone()[0])
    database.close()
    return events / seconds


# Ticks of a round, so that it takes seconds; what runs them; the programs that it takes.
SYSTEMS = {
    "tickwire, every 100 ms": (20_000_000, lambda *to: ours(*to, "100ms"), ()),
    "tickwire, every 1,000": (10_000_000, lambda *to: ours(*to, "1000"), ()),
    "raw file, every 100 ms": (20_000_000, lambda *to: raw(*to, "100ms"), ()),
    "raw file, every 1,000": (5_000_000, lambda *to: raw(*to, "1000"), ()),
    "SQLite, normal": (1_000_000, lambda *to: sqlite(*to, "normal"), ()),
    "SQLite, full": (1_000_000, lambda *to: sqlite(*to, "full"), ()),
    "PostgreSQL, COPY 1,000": (2_000_000, lambda *to: peers.postgres(*to, 1000), POSTGRES),
    "PostgreSQL, COPY 100,000": (5_000_000, lambda *to: peers.postgres(*to, 100_000), POSTGRES),
    "Redis Streams, every second": (1_500_000, peers.redis, ("redis-server",)),
    "NATS JetStream, files": (1_000_000, peers.nats, ("nats-server",)),
}


def split():
    """The systems that can run here, and for each other one the programs that it lacks."""
    lacking = {
        name: [program for program in programs if not peers.program(program)]
        for name, (_, _, programs) in SYSTEMS.items()}
    return (
        [name for name, programs in lacking.items() if not programs],
        {name: programs for name, programs in lacking.items() if programs})


def measure(rounds, events, names, folder):
    """The ticks a second of each system in each round."""
    rates = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            usual, run, _ = SYSTEMS[name]
            with tempfile.TemporaryDirectory(dir=folder) as own:
                rates[name].append(run(own, events or usual))
    return rates


def ratios(rates):
    """Ours by the fastest database or broker, round by round."""
    others = [name for name in rates if not name.startswith(("tickwire", "raw file"))]
    best = max(others, key=lambda name: statistics.median(rates[name]))
    for name in rates:
        if name.startswith("tickwire"):
            found = [mine / other for mine, other in zip(rates[name], rates[best])]
            yield {
                "ratio": round(statistics.median(found), 2), "least": round(min(found), 2),
                "most": round(max(found), 2), "of": name, "to": best,
            }  # fmt: skip


def thousands(text):
    count = int(text)
    if count < 1000 or count % 1000:
        raise argparse.ArgumentTypeError(f"{count} is no multiple of 1000")
    return count


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--folder", type=os.path.abspath, default=None,
        help="where to write; default: the temporary one")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--events", type=thousands, default=None,
        help="ticks of each system and round; default: what takes each some seconds")  # fmt: skip
    return parser.parse_args()


def leave(number, _):
    """Ended from outside: it still ends the servers and removes what they have written."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    options = arguments()
    if not os.path.exists(DRIVER):
        sys.exit(
            f"no {DRIVER}: run swift build --package-path {PACKAGE} -c release "
            "--product journalbench")
    signal.signal(signal.SIGTERM, leave)
    names, lacking = split()
    with tempfile.TemporaryDirectory(prefix="tickwire-w5-", dir=options.folder) as folder:
        # The server of PostgreSQL has another user, when this one is root.
        os.chmod(folder, 0o711)
        rates = measure(options.rounds, options.events, names, folder)
    for name, found in rates.items():
        print(json.dumps({
            "system": name, "per_second": round(statistics.median(found)),
            "least": round(min(found)), "most": round(max(found)),
        }))  # fmt: skip
    for name, programs in lacking.items():
        print(json.dumps({"system": name, "skipped": f"no {', '.join(programs)}"}))
    for ratio in ratios(rates):
        print(json.dumps(ratio))


if __name__ == "__main__":
    main()
