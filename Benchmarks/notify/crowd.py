#!/usr/bin/env python3
"""Ten thousand alerts at once to five channels, one of which hangs: how long do the other four take?

    Benchmarks/notify/crowd.py

One rule fires for each of 10,000 instruments. Four channels write files; the fifth leads to a socket that
takes connections and never answers. The same is done without the fifth, and both times are compared.

Prints one line of JSON. Fails when a file has not exactly one line for each alert, or when the four take
more than a tenth longer beside the one that hangs.
"""

import argparse
import json
import os
import socket
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
                  interval="10us")  # fmt: skip
    paths = {name: os.path.join(options.folder, name) for name in names}
    world.wait("a first line", lambda: any(os.path.exists(path) for path in paths.values()), 120)
    began = time.monotonic()
    world.wait("all lines", lambda: all(len(lines(path)) >= options.alerts for path in paths.values()), 300)
    seconds = time.monotonic() - began
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
        alone, faults = run(options, four)
        beside, more = run(options, four + [dead])
    faults += more
    if beside > alone * 1.1:
        faults.append("the one that hangs holds the others up")
    print(json.dumps({
        "alerts": options.alerts, "alone_seconds": round(alone, 1), "beside_seconds": round(beside, 1),
        "faults": faults,
    }))  # fmt: skip
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
