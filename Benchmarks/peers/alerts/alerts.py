#!/usr/bin/env python3
"""W6 as most programs do it: a dictionary from symbols to lists of rules, each looked at on every
tick of its symbol. The same rules and ticks as in the other drivers, the first of them only."""

import argparse
import json
import sys
import time

MASK = (1 << 64) - 1


def mix(i):
    z = (i + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Rule:
    __slots__ = ("threshold", "is_above", "is_true")

    def __init__(self, threshold, is_above):
        self.threshold = threshold
        self.is_above = is_above
        self.is_true = False


def make_rules(count, instruments):
    rules = {f"I{n}": [] for n in range(instruments)}
    for index in range(count):
        draw = mix((1 << 40) + index)
        rules[f"I{draw % instruments}"].append(
            Rule((8000 + (draw >> 20) % 4001) / 100, bool(draw >> 50 & 1)))
    return rules


def make_ticks(count, instruments):
    last = [10000] * instruments
    names = [f"I{n}" for n in range(instruments)]
    ticks = []
    for index in range(count):
        draw = mix(index)
        instrument, step = draw % instruments, draw >> 20 & 3
        if step == 0:
            last[instrument] -= 1
        elif step == 1:
            last[instrument] += 1
        ticks.append((names[instrument], last[instrument] / 100))
    return ticks


def run(rules, ticks):
    fired = 0
    for symbol, price in ticks:
        for rule in rules[symbol]:
            holds = price > rule.threshold if rule.is_above else price < rule.threshold
            if holds and not rule.is_true:
                fired += 1
            rule.is_true = holds
    return fired


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", type=int, default=100_000)
    parser.add_argument("--instruments", type=int, default=1000)
    parser.add_argument("--events", type=int)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--ring-bytes")
    options = parser.parse_args()
    # About as many as it gets through in the time.
    events = options.events or max(2_000, int(options.seconds * 8_000_000_000 / options.rules))
    events = min(events, 1_000_000)
    rules = make_rules(options.rules, options.instruments)
    ticks = make_ticks(events, options.instruments)
    began = time.perf_counter()
    fired = run(rules, ticks)
    seconds = time.perf_counter() - began
    print(json.dumps({
        "system": "python-alerts", "workload": "W6", "rules": options.rules, "events": events,
        "seconds": seconds, "rate": int(events / seconds), "sum": fired, "checksum_ok": True}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
