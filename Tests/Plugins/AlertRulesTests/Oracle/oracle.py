#!/usr/bin/env python3
"""Computes at which ticks conditions begin to be true, without a line of Tickwire.

    ./oracle.py                       # writes made.csv (ticks) and made.expected
    ./oracle.py --shared DIRECTORY    # writes real.expected for tick files below DIRECTORY/data/ticks

A tick is its number in its file, from 1. Bars of a minute are made of trades; a bar is seen just
before the first trade of a later minute, with that trade's number. All numbers are exact: prices
and sizes in 10⁻⁹, everything else as fractions, and where docs/alerts.md says that something is
rounded it is rounded there. A line of an expected file is: file, condition, numbers.
"""

import argparse
import bisect
import csv
import gzip
import math
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCALE = 10**9
MINUTE = 60 * SCALE
SECOND = SCALE


def raw(text):
    return int(Decimal(text) * SCALE)


def nearest(value):
    """To a whole number, halves away from zero."""
    value = Fraction(value)
    down = math.floor(abs(value) + Fraction(1, 2))
    return down if value >= 0 else -down


class Bar:
    def __init__(self, start, price):
        self.start = start
        self.open = self.high = self.low = self.close = price
        self.volume = self.notional = self.count = 0

    def add(self, price, size):
        self.high = max(self.high, price)
        self.low = min(self.low, price)
        self.close = price
        self.volume += size
        self.notional += price * size
        self.count += 1


class World:
    """Everything that has been seen up to a tick."""

    def __init__(self):
        self.times = {"last": [], "bid": [], "mid": [], "spread": []}
        self.prices = {"last": [], "bid": [], "mid": [], "spread": []}
        self.size = None
        self.bars = []
        self.silence = None

    def price(self, name):
        return self.prices[name][-1] if self.prices[name] else None

    def see(self, name, time, price):
        times = self.times[name]
        times.append(max(time, times[-1]) if times else time)
        self.prices[name].append(price)

    def window(self, name, nanos):
        """The prices of the slots of the window before the newest, and the price before those."""
        width = max(nanos // 250, 1)
        times, prices = self.times[name], self.prices[name]
        first_slot = times[-1] // width - 250
        begin = bisect.bisect_left(times, first_slot * width)
        if begin == 0:
            return None, None
        return prices[begin:-1], prices[begin - 1]

    # Terms.

    def change(self, name, nanos):
        _, before = self.window(name, nanos)
        if before is None:
            return None
        return Fraction(nearest(Fraction((self.price(name) - before) * 100 * SCALE, before)), SCALE)

    def extreme(self, name, nanos, pick):
        inside, before = self.window(name, nanos)
        return pick(inside) if before is not None and inside else None

    def closes(self, length):
        return [bar.close for bar in self.bars[-length:]] if len(self.bars) >= length else None

    def sma(self, length):
        closes = self.closes(length)
        return nearest(Fraction(sum(closes), length)) if closes else None

    def ema(self, length):
        if len(self.bars) < length:
            return None
        closes = [bar.close * SCALE for bar in self.bars]
        value = nearest(Fraction(sum(closes[:length]), length))
        for close in closes[length:]:
            value += nearest(Fraction((close - value) * 2, length + 1))
        return nearest(Fraction(value, SCALE))

    def rsi(self, length):
        if len(self.bars) < length + 1:
            return None
        closes = [bar.close for bar in self.bars]
        moves = [(b - a) * SCALE for a, b in zip(closes, closes[1:])]
        gain = nearest(Fraction(sum(max(m, 0) for m in moves[:length]), length))
        loss = nearest(Fraction(sum(max(-m, 0) for m in moves[:length]), length))
        for move in moves[length:]:
            gain = nearest(Fraction(gain * (length - 1) + max(move, 0), length))
            loss = nearest(Fraction(loss * (length - 1) + max(-move, 0), length))
        if gain + loss == 0:
            return Fraction(50)
        return Fraction(nearest(Fraction(gain * 100 * SCALE, gain + loss)), SCALE)

    def vwap(self, length=None):
        bars = self.bars[-length:] if length else self.today()
        if not bars or (length and len(bars) < length):
            return None
        volume = sum(bar.volume for bar in bars)
        return nearest(Fraction(sum(bar.notional for bar in bars), volume)) if volume else None

    def today(self):
        day = 86_400 * SCALE
        return [bar for bar in self.bars if bar.start // day == self.bars[-1].start // day]

    def mean(self, field, length):
        past = self.past(field, length)
        return nearest(Fraction(sum(past), length)) if past else None

    def past(self, field, length):
        if len(self.bars) < length + 1:
            return None
        return [field(bar) for bar in self.bars[-length - 1:-1]]

    def is_above_deviations(self, field, length, count):
        """z > count, without a root: z = D / √V."""
        past = self.past(field, length)
        if not past:
            return None
        distance = length * field(self.bars[-1]) - sum(past)
        variance = length * sum(x * x for x in past) - sum(past) ** 2
        if variance == 0:
            return None
        return distance > 0 and distance * distance > count * count * variance


def crosses(left, right, direction):
    """A crossing: true from the moment it happens until it is undone; `either`: at the moment."""
    memory = {"sign": None, "holds": False}

    def condition(world):
        a, b = left(world), right(world)
        if a is None or b is None:
            return None
        sign = (a > b) - (a < b)
        before, memory["sign"] = memory["sign"], sign
        up = before is not None and before <= 0 and sign > 0
        down = before is not None and before >= 0 and sign < 0
        if direction == "either":
            return up or down
        wanted = 1 if direction == "above" else -1
        if (up and wanted > 0) or (down and wanted < 0):
            memory["holds"] = True
        elif sign != wanted:
            memory["holds"] = False
        return memory["holds"]

    return condition


def known(value, test):
    return None if value is None else test(value)


def volume(bar):
    return bar.volume


def conditions(a, b, spread, has_trades=True):
    """(text, kinds of events, condition); `a` and `b` are price levels as text."""
    x, y = raw(a), raw(b)
    change, fall = Fraction(1, 20), Fraction(-1, 20)

    def const(value):
        return lambda world: value

    def price(name):
        return lambda world: world.price(name)

    quotes = [
        (f"bid(S) > {a}", "q", lambda w: known(w.price("bid"), lambda p: p > x)),
        (f"mid(S) <= {b}", "q", lambda w: known(w.price("mid"), lambda p: p <= y)),
        (f"mid(S) crosses above {a}", "q", crosses(price("mid"), const(x), "above")),
        (f"spread(S) > {spread}", "q",
         lambda w: known(w.price("spread"), lambda p: p > raw(spread))),
        ("change(S, 5m, mid) >= 0.05%", "q",
         lambda w: known(w.change("mid", 5 * MINUTE), lambda c: c >= change)),
        ("high(S, 10m, mid)", "q",
         lambda w: known(w.extreme("mid", 10 * MINUTE, max), lambda p: w.price("mid") > p)),
        ("low(S, 10m, bid)", "q",
         lambda w: known(w.extreme("bid", 10 * MINUTE, min), lambda p: w.price("bid") < p)),
    ]
    trades = [
        (f"price(S) > {a}", "t", lambda w: known(w.price("last"), lambda p: p > x)),
        (f"price(S) >= {a}", "t", lambda w: known(w.price("last"), lambda p: p >= x)),
        (f"price(S) < {b}", "t", lambda w: known(w.price("last"), lambda p: p < y)),
        (f"price(S) crosses above {a}", "t", crosses(price("last"), const(x), "above")),
        (f"price(S) crosses below {b}", "t", crosses(price("last"), const(y), "below")),
        (f"price(S) crosses {a}", "t", crosses(price("last"), const(x), "either")),
        (f"price(S) == {a} or price(S) == {b}", "t",
         lambda w: known(w.price("last"), lambda p: p in (x, y))),
        (f"not price(S) > {b} and size(S) > 20", "t",
         lambda w: known(w.price("last"), lambda p: p <= y and w.size > 20 * SCALE)),
        ("change(S, 1m) >= 0.05%", "t",
         lambda w: known(w.change("last", MINUTE), lambda c: c >= change)),
        ("change(S, 5m) <= -0.05%", "t",
         lambda w: known(w.change("last", 5 * MINUTE), lambda c: c <= fall)),
        ("high(S, 5m)", "t",
         lambda w: known(w.extreme("last", 5 * MINUTE, max), lambda p: w.price("last") > p)),
        ("low(S, 10m)", "t",
         lambda w: known(w.extreme("last", 10 * MINUTE, min), lambda p: w.price("last") < p)),
        ("highest(S, 5m) - lowest(S, 5m) > 0.001 * price(S)", "t", spread_of_window),
        ("stale(S) for 20s", "s", lambda w: w.silence >= 20 * SECOND),
        ("volume(S, 1m) > 1.5 * mean(volume(S, 1m), 5)", "b",
         lambda w: known(w.mean(volume, 5), lambda m: w.bars[-1].volume
                         > nearest(Fraction(3 * m, 2)))),
        ("zscore(volume(S, 1m), 5) > 2", "b", lambda w: w.is_above_deviations(volume, 5, 2)),
        ("sma(S, 1m, 3) crosses above sma(S, 1m, 8)", "b",
         crosses(lambda w: w.sma(3), lambda w: w.sma(8), "above")),
        ("ema(S, 1m, 3) crosses below ema(S, 1m, 8)", "b",
         crosses(lambda w: w.ema(3), lambda w: w.ema(8), "below")),
        ("rsi(S, 1m, 5) > 70", "b", lambda w: known(w.rsi(5), lambda r: r > 70)),
        ("rsi(S, 1m, 5) < 30 or rsi(S, 1m, 5) > 80", "b",
         lambda w: known(w.rsi(5), lambda r: r < 30 or r > 80)),
        ("abs(distance(price(S), vwap(S, 1m, 5))) > 0.03%", "tb", lambda w: far(w, 5)),
        ("price(S) crosses above vwap(S, 1m)", "tb",
         crosses(price("last"), lambda w: w.vwap() if w.bars else None, "above")),
        (f"bar(S, 1m).close > {a}", "b", lambda w: w.bars[-1].close > x),
        ("bar(S, 1m).range > 0.0005 * bar(S, 1m).open", "b",
         lambda w: w.bars[-1].high - w.bars[-1].low > nearest(Fraction(w.bars[-1].open, 2000))),
        ("bar(S, 1m).gap > 0", "b",
         lambda w: w.bars[-1].open > w.bars[-2].close if len(w.bars) > 1 else None),
        ("bar(S, 1m).count >= 55", "b", lambda w: w.bars[-1].count >= 55),
    ]
    return (trades if has_trades else []) + quotes


def spread_of_window(world):
    high = world.extreme("last", 5 * MINUTE, max)
    low = world.extreme("last", 5 * MINUTE, min)
    if high is None:
        return None
    return high - low > nearest(Fraction(world.price("last"), 1000))


def far(world, length):
    vwap = world.vwap(length) if world.bars else None
    if vwap is None:
        return None
    distance = nearest(Fraction((world.price("last") - vwap) * 100 * SCALE, vwap))
    return abs(distance) > 3 * SCALE // 100


def run(ticks, table):
    """The numbers of the ticks at which each condition begins to be true."""
    world, bar, before = World(), None, None
    held = {text: False for text, _, _ in table}
    fired = {text: [] for text, _, _ in table}

    def look(kind, number):
        for text, kinds, condition in table:
            if kind not in kinds:
                continue
            holds = condition(world)
            if holds is True and not held[text]:
                fired[text].append(number)
            if holds is not None:
                held[text] = holds

    for number, tick in enumerate(ticks, start=1):
        time = tick[1]
        # Before the tick is there, its silence is over: it was as long as until now.
        world.silence = time - before if before is not None else 0
        look("s", number)
        world.silence = 0
        look("s", number)
        before = max(time, before) if before is not None else time
        if tick[0] == "t":
            start = time // MINUTE * MINUTE
            if bar is not None and start > bar.start:
                world.bars.append(bar)
                look("b", number)
                bar = None
            bar = bar or Bar(start, tick[2])
            bar.add(tick[2], tick[3])
            world.see("last", time, tick[2])
            world.size = tick[3]
            look("t", number)
        else:
            world.see("bid", time, tick[2])
            world.see("mid", time, (tick[2] + tick[3]) // 2)
            world.see("spread", time, tick[3] - tick[2])
            look("q", number)
    return fired


def make(count):
    """Ticks of one instrument that swing around 1.1, with bursts of size and pauses."""
    draw = random.Random(20240601)
    time, price, ticks = 1_717_200_000 * SCALE + 12_345, 110_000, []
    for index in range(count):
        time += draw.randrange(1, 1_400_000_000)
        if draw.random() < 0.004:
            time += draw.randrange(15, 60) * SCALE
        pull = (110_000 - price) / 400
        price += round(draw.gauss(pull, 6))
        if draw.random() < 0.6:
            size = draw.randrange(1, 30) * (8 if index % 700 < 60 else 1)
            ticks.append(("t", time, price * 10_000, size * SCALE))
        else:
            bid = price - draw.randrange(0, 4)
            ticks.append(("q", time, bid * 10_000, (bid + draw.randrange(1, 6)) * 10_000))
    return ticks


def read(path, limit):
    """A file of trades or quotes."""
    ticks = []
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            if "bid" in row:
                ticks.append(("q", int(row["ts_ns"]), raw(row["bid"]), raw(row["ask"])))
            else:
                ticks.append(("t", int(row["ts_ns"]), raw(row["price"]), raw(row["size"])))
            if len(ticks) == limit:
                break
    return ticks


REAL = [
    # File, ticks, levels, spread, trades.
    ("eurusd-fxcm-2014-05-01_15.quotes.csv.gz", 60_000, "1.387", "1.3865", "0.00004", False),
    ("btcusdt-binance-spot-2024-08-08_09.trades.csv.gz", 20_000, "61750", "61650", "1", True),
    ("taq-xxx-2018-01-02_03.trades.csv.gz", 20_000, "157", "156.5", "1", True),
]


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines))


def lines(name, fired):
    return [f"{name}\t{text}\t{' '.join(map(str, numbers))}" for text, numbers in fired.items()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path)
    options = parser.parse_args()
    if options.shared:
        found = []
        for name, limit, a, b, spread, has_trades in REAL:
            ticks = read(options.shared / "data/ticks" / name, limit)
            table = conditions(a, b, spread, has_trades)
            if has_trades:
                table = [row for row in table if "q" not in row[1]]
            found += lines(f"{name}:{limit}", run(ticks, table))
        write(HERE / "real.expected", found)
        return
    ticks = make(4000)
    write(HERE / "made.csv", [",".join(map(str, tick)) for tick in ticks])
    write(HERE / "made.expected", lines("made", run(ticks, conditions("1.1003", "1.0997", "0.00004"))))


if __name__ == "__main__":
    main()
