#!/usr/bin/env python3
"""Ten thousand alerts at once to five channels, one of which hangs: how long do the other four take?

    Benchmarks/notify/crowd.py

One rule fires for each of 10,000 instruments, all within 100 ms; after that each ticks ten times a second.
Four channels write files; the fifth leads to a socket that takes connections and never answers. The same
is done without the fifth, in turn, and the medians of both times are compared.

Prints one line of JSON. Fails when a file has not exactly one line for each alert, or when the four take
more than a tenth longer beside the one that hangs.
"""

import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import time

from world import World


def lines(path):
    try:
        with open(path) as file:
            return file.readlines()
    except FileNotFoundError:
        return []


def run(options, channels):
    """Seconds from the first line to the last, and the faults."""
    rule = {"id": "all", "when": "price(*) > 0", "notify": [channel["name"] for channel in channels]}
    names = [channel["name"] for channel in channels if "log" in channel]
    world = World(channels, [rule], options.binaries, instruments=options.alerts,
                  interval="100ms")  # fmt: skip
    paths = {name: os.path.join(options.folder, name) for name in names}
    deadline = time.monotonic() + 120
    while not any(os.path.exists(path) for path in paths.values()) and time.monotonic() < deadline:
        time.sleep(0.005)
    began = time.time()
    world.wait("all lines", lambda: all(len(lines(path)) >= options.alerts for path in paths.values()), 300)
    # The time of the last line, however long ago that was.
    seconds = max(os.stat(path).st_mtime for path in paths.values()) - began
    world.close()
    faults = []
    for name, path in paths.items():
        found = lines(path)
        if len(found) != options.alerts or len(set(found)) != options.alerts:
            faults.append(f"{name} has {len(found)} lines, {len(set(found))} different ones")
        os.remove(path)
    return seconds, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--binaries")
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7, help="both ways, in turn")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as silent:
        options.folder = folder
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        four = [
            {"name": name, "order": "instrument", "concurrency": 8,
             "log": {"file": os.path.join(folder, name), "text": "{key}"}}
            for name in ("a", "b", "c", "d")
        ]  # fmt: skip
        dead = {"name": "dead", "order": "instrument", "concurrency": 8, "timeout": "10m",
                "webhook": {"url": f"http://127.0.0.1:{silent.getsockname()[1]}/"}}  # fmt: skip
        alone, beside, faults = [], [], []
        for _ in range(options.rounds):
            for times, channels in ((alone, four), (beside, four + [dead])):
                seconds, found = run(options, channels)
                times.append(seconds)
                faults += found
    ratio = statistics.median(beside) / statistics.median(alone)
    if ratio > 1.1:
        faults.append("the one that hangs holds the others up")
    print(json.dumps({
        "alerts": options.alerts, "alone_seconds": [round(seconds, 2) for seconds in alone],
        "beside_seconds": [round(seconds, 2) for seconds in beside], "ratio": round(ratio, 2),
        "faults": faults,
    }))  # fmt: skip
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
