#!/usr/bin/env python3
"""W6 through a real engined: events a second when alert rules see all of them.

    Benchmarks/alerts/engine.py                                 # 10,000, 100,000 and 1,000,000 rules
    Benchmarks/alerts/engine.py --rules 100000 --seconds 5

The release binaries of this checkout (make build). Rules are those of W6: thresholds evenly between 80 and
120 over 1,000 instruments, one half above and one half below. The generator is asked for as many events as
the bus takes; prices begin at 100 and go up, down or nowhere by a hundredth with each tick. Every case has a
store on disk. `prices` are

  ordinary   as W6 has them: thresholds near 100 are passed now and then. With the flap control that is the
             default, and with `told` without it: every passage is a firing or an end, an event on the bus
             and a row of the history;
  matching   a hundredth of them, so that hardly any threshold is passed: what looking at rules costs.

One line of JSON a case.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "engine"))

from measure import Engine  # noqa: E402

MASK = (1 << 64) - 1


def mix(i):
    z = (i + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def write_rules(path, count, instruments, notify):
    """A rule file with the thresholds of W6."""
    told = ',"notify":["log"]' if notify else ""
    with open(path, "w", encoding="utf-8") as file:
        file.write("[\n")
        for index in range(count):
            draw = mix((1 << 40) + index)
            threshold = 8000 + (draw >> 20) % 4001
            sign = ">" if draw >> 50 & 1 else "<"
            comma = ",\n" if index else ""
            file.write(
                f'{comma}{{"id":"r{index}","when":"price(I{draw % instruments}) '
                f'{sign} {threshold // 100}.{threshold % 100:02d}"{told}}}')
        file.write("\n]\n")


def configuration(options, folder, prices, rules):
    step = {"precision": 2, "range": "0.01"} if prices != "matching" else {
        "precision": 4, "range": "0.0001"}
    return {
        "plugins": [
            {"name": "alerts", "type": "alerts", "config": {
                "files": [rules], "poll": "1h", "store": os.path.join(folder, "alerts.sqlite"),
                "flapping": {"firings": 0} if prices == "told" else {}}},
            {"name": "sim", "type": "generator", "config": {
                "instruments": [{"symbol": f"I{n}", "initial": 100}
                                for n in range(options.instruments)],
                "model": "random-walk", "interval": "max", "sizes": False, "seed": 1,
                "price_precision": step["precision"], "change_range": float(step["range"])}},
        ],
    }  # fmt: skip


def sample(engine):
    # The first prices fire half of all rules, and what the plugin is asked has its place behind them.
    status = engine.control("command", "alerts", "status", "--timeout", "100s", patience=120)["reply"]
    return time.monotonic(), status


def settle(engine, rules, most):
    """The first prices fire half of all rules: what that takes is not what ticks cost. How long it
    took until they came in less than a hundredth of all rules a second."""
    began = time.monotonic()
    _, last = sample(engine)
    while time.monotonic() - began < most:
        time.sleep(1)
        _, status = sample(engine)
        if status["transitions"] - last["transitions"] < max(rules / 100, 1000):
            break
        last = status
    return time.monotonic() - began


def case(options, folder, prices, count):
    path = os.path.join(folder, f"rules-{count}.json")
    if not os.path.exists(path):
        write_rules(path, count, options.instruments, True)
    own = tempfile.mkdtemp(dir=folder)
    engine = Engine(configuration(options, own, prices, path))
    began = time.monotonic()
    engine.wait_for("alerts go on", 600)
    ready = time.monotonic() - began
    settled = settle(engine, count, options.settle)
    rates = []
    first, before = sample(engine)
    then, last = first, before
    cpu = engine.cpu_seconds()
    while then - first < options.seconds:
        time.sleep(1)
        now, status = sample(engine)
        rates.append((status["trades"] - last["trades"]) / (now - then))
        then, last = now, status
    cpu = (engine.cpu_seconds() - cpu) / (then - first)
    resident = engine.memory()[0]
    code = engine.stop()
    print(json.dumps({
        "prices": prices, "rules": count, "instruments": options.instruments,
        "rate": round((last["trades"] - before["trades"]) / (then - first)),
        "rate_p50": round(statistics.median(rates)), "rate_min": round(min(rates)),
        "transitions_per_s": round((last["transitions"] - before["transitions"]) / (then - first)),
        "transitions": last["transitions"], "told": last["told"],
        "notifications": last["notifications"], "behind": last["position"] - last["kept"],
        "commits": last["commits"], "cpus": round(cpu, 2), "ready_s": round(ready, 2),
        "settled_s": round(settled, 1),
        "resident_mib": round(resident / 2**20), "exit": code,
    }), flush=True)  # fmt: skip
    return code == 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, action="append")
    parser.add_argument("--prices", action="append", choices=["matching", "ordinary", "told"])
    parser.add_argument("--instruments", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--settle", type=float, default=90, help="seconds to wait for that, at most")
    options = parser.parse_args()
    sound = True
    with tempfile.TemporaryDirectory(prefix="tickwire-alerts-") as folder:
        for count in options.rules or [10_000, 100_000, 1_000_000]:
            for prices in options.prices or ["matching", "ordinary", "told"]:
                sound = case(options, folder, prices, count) and sound
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
