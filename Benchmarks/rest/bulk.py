#!/usr/bin/env python3
"""Pushes a million ticks in one request, then changes, deletes and adds some, and compares all bars
with those that are computed here from the ticks as they are in the end.

    Benchmarks/rest/bulk.py [--rows 1000000] [--rounds 3] [--disorder 0.01]

Twice: into an engine that has nothing else to do, where bars are made as ticks come; and beside a
live feed, where all of it is of the past and bars are made anew of what is recorded.
"""

import argparse
import calendar
import random
import sys
import time

from daemon import Daemon

BEGIN = 1_704_067_200  # 2024-01-01, a Monday
SPECS = {"1s": 1, "1m": 60, "1h": 3600, "1d": 86400}
NANOS = 1_000_000_000
FORM = "application/x-ndjson"


class Ticks:
    """What was said: by venue's number, as (symbol, time, price in hundredths, size)."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.rows = {}

    def make(self, count, day, disorder):
        """Rows of one day, of which such a share is up to two hours late; their numbers."""
        base = (BEGIN + 86400 * day) * NANOS
        step = 80_000 * NANOS // count
        price = {"A": 10_000, "B": 5_000}
        first = len(self.rows) + 1
        for number in range(first, first + count):
            symbol = "A" if self.random.random() < 0.7 else "B"
            price[symbol] = max(price[symbol] + self.random.randrange(-3, 4), 100)
            time = base + (number - first) * step
            if self.random.random() < disorder:
                time -= min(self.random.randrange(7200), (number - first) * step // NANOS) * NANOS
            self.rows[number] = (symbol, time, price[symbol], self.random.randrange(1, 500))
        return range(first, first + count)

    def line(self, number):
        symbol, time, price, size = self.rows[number]
        return (f'{{"symbol":"{symbol}","price":{price // 100}.{price % 100:02},"size":{size},'
                f'"time":{time},"venue_seq":{number}}}')

    def bars(self, symbol, seconds):
        """Bars as (open, high, low, close, volume, count), by start."""
        step = seconds * NANOS
        bars = {}
        for number, (of, time, price, size) in sorted(
                self.rows.items(), key=lambda row: (row[1][1], row[0])):
            if of != symbol:
                continue
            start = time - time % step
            bar = bars.get(start)
            if bar is None:
                bars[start] = [price, price, price, price, size, 1]
            else:
                bar[1] = max(bar[1], price)
                bar[2] = min(bar[2], price)
                bar[3] = price
                bar[4] += size
                bar[5] += 1
        return bars


def nanos(text):
    date, _, rest = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(date, "%Y-%m-%dT%H:%M:%S")) * NANOS + int(
        (rest or "0").ljust(9, "0"))


def all_bars(daemon, symbol, spec):
    bars, since = {}, 0
    while since is not None:
        answer = daemon.json(f"/api/v1/bars/{symbol}/{spec}?limit=50000&from={since}")
        for bar in answer["bars"]:
            prices = [round(bar[name] * 100) for name in ("open", "high", "low", "close")]
            bars[nanos(bar["start"])] = [*prices, round(bar["volume"]), bar["count"]]
        since = answer["next"] and nanos(answer["next"]) + 1
    return bars


def compare(daemon, ticks, what):
    daemon.settle()
    faults = compared = 0
    for symbol in ("A", "B"):
        for spec, seconds in SPECS.items():
            wanted, found = ticks.bars(symbol, seconds), all_bars(daemon, symbol, spec)
            compared += len(wanted)
            for start in sorted(wanted.keys() | found.keys()):
                if wanted.get(start) != found.get(start):
                    faults += 1
                    if faults <= 5:
                        print(f"  {symbol} {spec} {start}: expected {wanted.get(start)}, "
                              f"found {found.get(start)}")
    print(f"  {what}: {compared} bars compared, {faults} differ")
    return faults


def push(daemon, ticks, numbers, rows):
    body = "\n".join(ticks.line(number) for number in numbers).encode()
    begin = time.perf_counter()
    status, text = daemon.ask("POST", "/api/v1/ticks?results=refused", body, FORM)
    spent = time.perf_counter() - begin
    if status != 200 or f'"accepted":{rows},' not in text.decode()[:60]:
        sys.exit(f"pushing answered {status}: {text[:300]}")
    return rows / spent


def position(daemon, ticks, number):
    """Where a tick is in the log: they are told apart by the venue's number."""
    symbol, time, *_ = ticks.rows[number]
    found = daemon.json(f"/api/v1/ticks/{symbol}?from={time}&to={time + 1}&limit=1000")["ticks"]
    return symbol, next(tick["seq"] for tick in found if tick["venue_seq"] == number)


def edit(daemon, ticks, count):
    """Changes, deletes and adds single ticks."""
    chosen = ticks.random.sample(sorted(ticks.rows), count * 2)
    begin = time.perf_counter()
    for number in chosen[:count]:
        symbol, at = position(daemon, ticks, number)
        _, when, price, size = ticks.rows[number]
        price += ticks.random.choice([-1000, -5, 5, 1000])
        price = max(price, 1)
        status, text = daemon.ask(
            "PUT", f"/api/v1/ticks/{symbol}/{at}",
            f'{{"price":{price // 100}.{price % 100:02},"size":{size + 1}}}')
        if status != 200:
            sys.exit(f"changing answered {status}: {text}")
        ticks.rows[number] = (symbol, when, price, size + 1)
    for number in chosen[count:]:
        symbol, at = position(daemon, ticks, number)
        status, text = daemon.ask("DELETE", f"/api/v1/ticks/{symbol}/{at}")
        if status != 200:
            sys.exit(f"deleting answered {status}: {text}")
        del ticks.rows[number]
    for number in range(10_000_000_000, 10_000_000_000 + count):
        symbol, when, *_ = ticks.random.choice(list(ticks.rows.values()))
        ticks.rows[number] = (symbol, when + 1, ticks.random.randrange(100, 20_000), 7)
        status, text = daemon.ask("POST", "/api/v1/ticks", ticks.line(number))
        if status != 201:
            sys.exit(f"adding answered {status}: {text}")
    return (time.perf_counter() - begin) / (3 * count)


def run(name, options, live):
    plugins = [
        {"name": "journal", "type": "journal", "config": {"folder": "{folder}/journal"}},
        {"name": "bars", "type": "bars", "config": {"specs": list(SPECS)}},
        {"name": "history", "type": "history", "config": {"store": "{folder}/history.sqlite"}},
        {"name": "web", "type": "websocket", "config": {
            "listen": "127.0.0.1:0", "body": "256MiB", "request": "5m", "answer": "5m"}},
    ]
    if live:
        plugins.append({"name": "sim", "type": "generator", "config": {
            "instruments": [{"symbol": "L1"}, {"symbol": "L2"}], "interval": "10ms", "seed": 1}})
    faults = 0
    print(name)
    with Daemon(plugins, ["A", "B"]) as daemon:
        ticks, rates = Ticks(7), []
        if live:
            time.sleep(2)
        for day in range(options.rounds):
            numbers = ticks.make(options.rows, day, options.disorder)
            rates.append(push(daemon, ticks, numbers, options.rows))
        print("  bulk, rows a second: " + ", ".join(f"{rate:,.0f}" for rate in rates)
              + f"; median {sorted(rates)[len(rates) // 2]:,.0f}")
        begin = time.perf_counter()
        status = daemon.settle()
        print(f"  stored and made good {time.perf_counter() - begin:.1f} s later; "
              f"{status['mended']} bars made anew")
        faults += compare(daemon, ticks, "pushed")
        spent = edit(daemon, ticks, options.edits)
        faults += compare(daemon, ticks, f"{3 * options.edits} changed, deleted and added "
                          f"({spent * 1e3:.1f} ms each)")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--disorder", type=float, default=0.01, help="share of rows that are late")
    parser.add_argument("--edits", type=int, default=100)
    options = parser.parse_args()
    faults = run("an engine with nothing else to do", options, live=False)
    faults += run("beside a live feed", options, live=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
