#!/usr/bin/env python3
"""All 1-minute bars of one symbol and day, from a history of a hundred million events.

    Benchmarks/rest/bars.py [--events 100000000] [--keep FOLDER] [--cache 0B]

Makes the history with the generator (a hundred instruments, a tick each half a second, several
days), then asks for one day after the other over HTTP, and prints how long that takes at the
client, and inside of the engine as its metrics say. With --keep the history stays in that folder,
and is used again. With --cache 0B the history plugin remembers nothing that it has read: every
question is answered from the file.
"""

import argparse
import re
import socket
import sys
import tempfile
import time
from pathlib import Path

from daemon import Daemon

INSTRUMENTS = 100
BEGIN = 1_704_067_200  # 2024-01-01
DAY = 86400


def plugins(events, cache):
    """Without events only what answers."""
    made = [
        {"name": "journal", "type": "journal", "config": {"folder": "{folder}/journal"}},
        {"name": "bars", "type": "bars", "config": {"specs": ["1m"], "recover": 65536}},
        {"name": "history", "type": "history", "config": {
            "store": "{folder}/history.sqlite", "cache": cache}},
        {"name": "web", "type": "websocket", "config": {
            "listen": "127.0.0.1:0", "compress_answers": False}},
    ]
    if events:
        made.append({"name": "sim", "type": "generator", "config": {
            "instruments": INSTRUMENTS, "interval": "max", "step": "500ms", "time": "simulated",
            "start": "2024-01-01T00:00:00Z", "limit": events, "seed": 42}})
    return made


def metric(daemon, name):
    text = daemon.ask("GET", "/metrics")[1].decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found[1]) if found else None


def make(options, folder):
    begin = time.monotonic()
    with Daemon(plugins(options.events, options.cache), folder=folder) as daemon:
        while True:
            published = metric(
                daemon, 'tickwire_events_published_total{plugin="sim",kind="trade"}') or 0
            daemon.check()
            if published >= options.events:
                break
            time.sleep(0.5)
        daemon.settle()
    print(f"{options.events:,} events in {time.monotonic() - begin:.0f} s", flush=True)


class Client:
    """Asks as fast as a client can: one socket, and no more Python than is needed."""

    def __init__(self, address):
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(4 << 20)
        self.view = memoryview(self.buffer)

    def ask(self, target):
        """How long the answer took, and its body."""
        request = f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        begin = time.perf_counter_ns()
        self.socket.sendall(request)
        have, wanted = 0, None
        while wanted is None or have < wanted:
            have += self.socket.recv_into(self.view[have:])
            if wanted is None and (end := self.buffer.find(b"\r\n\r\n", 0, have)) >= 0:
                head = bytes(self.buffer[:end]).lower()
                wanted = end + 4 + int(re.search(rb"content-length: (\d+)", head)[1])
                body = end + 4
        return time.perf_counter_ns() - begin, bytes(self.view[body:wanted])


def measure(options, folder):
    days = options.events // INSTRUMENTS // 2 // DAY
    with Daemon(plugins(0, options.cache), folder=folder) as daemon:
        daemon.settle()
        events = metric(daemon, "tickwire_bus_events_total")
        client = Client(daemon.address)
        times = []
        for number in range(options.requests):
            start = BEGIN + DAY * (number % days)
            symbol = f"ITEM_{number * 7 % INSTRUMENTS:02}"
            spent, body = client.ask(
                f"/api/v1/bars/{symbol}/1m?from={start * 10**9}&to={(start + DAY) * 10**9}"
                f"&limit=1440&format={options.format}")
            rows = body.count(b"\n") - 1 if options.format == "csv" else body.count(b'{"start"')
            if rows != 1440:
                sys.exit(f"{symbol}: {rows} bars instead of 1440: {body[:200]}")
            times.append(spent / 1000)
        times.sort()
        inside = metric(daemon, 'tickwire_bar_query_seconds{quantile="0.5"}') * 1e6
        print(f"history of {events:,.0f} events; {options.requests} requests of 1440 bars each, "
              f"{len(body):,} bytes as {options.format}")
        status = daemon.settle()
        print(f"inside, p50: {inside:.0f} µs; {status['cache_hits']} of "
              f"{status['cache_hits'] + status['cache_misses']} from memory")
        middle, late = times[len(times) // 2], times[len(times) * 99 // 100]
        print(f"over HTTP, p50: {middle:.0f} µs, p99: {late:.0f} µs; {middle / inside:.1f} times")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--format", choices=["json", "csv", "ndjson"], default="json")
    parser.add_argument("--keep")
    parser.add_argument("--cache", default="32MiB")
    options = parser.parse_args()
    if options.keep:
        folder = Path(options.keep)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "made").exists():
            make(options, folder)
            (folder / "made").touch()
        measure(options, folder)
        return
    with tempfile.TemporaryDirectory(prefix="tickwire-bars-") as folder:
        make(options, folder)
        measure(options, folder)


if __name__ == "__main__":
    main()
