"""Encodes the trades of webbench with Python's json, prices as floats as most programs have them: one line of
figures. json_events.py [SECONDS]"""

import json
import sys
import time
from datetime import datetime, timezone

BASE, MASK = 1_699_999_200_000_000_000, (1 << 64) - 1


def mix(index):
    z = (index + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


def make(count):
    trades = []
    for index in range(count):
        draw = mix(index)
        trades.append((index + 1, f"S{draw % 1000:04d}", (10_000 + (draw >> 20 & 0x3FF)) / 100,
                       1 + (draw >> 40 & 0x7F), "sell" if draw >> 60 & 1 else "buy",
                       BASE + index * 100_000))
    return trades


def encode(trade):
    seq, symbol, price, size, side, nanos = trade
    when = datetime.fromtimestamp(nanos // 10**9, timezone.utc).replace(
        microsecond=nanos % 10**9 // 1000)
    return json.dumps({"T": "trade", "q": seq, "S": symbol, "p": price, "s": size, "d": side,
                       "t": when.isoformat()}, separators=(",", ":"))


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1
    trades = make(20_000)
    done = size = 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for trade in trades:
            size += len(encode(trade))
        done += len(trades)
    took = time.perf_counter() - began
    print(json.dumps({"system": "python-json", "workload": "encode", "kind": "trade",
                      "events": done, "rate": round(done / took),
                      "ns_per_event": round(took * 1e9 / done, 1),
                      "bytes_per_event": round(size / done, 2)}))


if __name__ == "__main__":
    main()
