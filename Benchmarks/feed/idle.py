#!/usr/bin/env python3
"""What an idle connection costs: subscribes many times, waits, and divides the memory.

    Benchmarks/feed/idle.py                      # 5,000 connections, each with a subscription
    Benchmarks/feed/idle.py --connections 1000 --seconds 30

Prints one line of JSON. Memory is what the daemon has in RAM (RSS) with the connections less what
it had before the first one; `cpu_percent` is what it takes to keep them all alive: a position a
second each. Fails when a connection costs more than --limit bytes.
"""

import argparse
import json
import selectors
import socket
import struct
import sys
import time

from world import Daemon, allow_descriptors

HELLO, HELLO_ACK, CALL, MESSAGE, STATUS, GOAWAY, DATA = 1, 2, 3, 4, 5, 10, 11


def frame(kind, stream, payload):
    return struct.pack("<IBBHI", len(payload), kind, 0, 0, stream) + payload


def text(value):
    return struct.pack("<H", len(value)) + value.encode()


def greeting():
    """A hello with DATA."""
    return frame(HELLO, 0, b"TKWR" + struct.pack("<HHQI", 1, 1, 1, 1 << 20) + text("idle"))


def subscription(subjects, credit):
    request = struct.pack("<BBHQQQQH", 2, 1, 0, 0, 0, 0, 0, len(subjects))
    request += b"".join(map(text, subjects))
    return frame(CALL, 1, struct.pack("<QIH", 0, credit, 0) + text("subscribe") + request)


class Connection:
    """One that subscribes and then only takes what comes."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.kept = b""
        self.frames = 0
        self.answered = False

    def read(self):
        """False when the server ended it."""
        try:
            data = self.socket.recv(65_536)
        except BlockingIOError:
            return True
        if not data:
            return False
        self.kept += data
        while len(self.kept) >= 12:
            length, kind = struct.unpack_from("<IB", self.kept)
            if len(self.kept) < 12 + length:
                break
            self.kept = self.kept[12 + length :]
            if kind in (STATUS, GOAWAY):
                return False
            self.answered = self.answered or kind == MESSAGE
            self.frames += 1
        return True


def take(selector, seconds, done=lambda: False):
    """Takes what comes for some seconds, or until something is so."""
    ends = time.monotonic() + seconds
    while not done() and (left := ends - time.monotonic()) > 0:
        for key, _ in selector.select(min(left, 0.1)):
            if not key.data.read():
                sys.exit("the server ended a connection")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=5_000)
    parser.add_argument("--subjects", default="trade.EURUSD,quote.EURUSD")
    parser.add_argument("--seconds", type=float, default=10, help="how long they idle")
    parser.add_argument("--limit", type=int, default=8_192, help="bytes a connection may cost")
    parser.add_argument("--credit", type=int, default=256 << 10)
    options = parser.parse_args()

    allowed = allow_descriptors(options.connections + 256)
    count = min(options.connections, allowed - 256)
    subjects = options.subjects.split(",")
    with Daemon() as daemon, selectors.DefaultSelector() as selector:
        # The first ones make the server touch what it has once, however many there are.
        warm = [open_one(daemon, subjects, options.credit, selector) for _ in range(8)]
        take(selector, 2)
        before = daemon.resident_bytes()
        connections = []
        for _ in range(count):
            connections.append(open_one(daemon, subjects, options.credit, selector))
            if len(connections) % 100 == 0:
                take(selector, 0)
                take(selector, 30, lambda: all(one.answered for one in connections[-100:]))
        take(selector, 30, lambda: all(one.answered for one in connections))
        if not all(one.answered for one in connections):
            sys.exit("not every connection was answered")
        opened = daemon.resident_bytes()
        cpu, began = daemon.cpu_seconds(), time.monotonic()
        take(selector, options.seconds)
        used = (daemon.cpu_seconds() - cpu) / (time.monotonic() - began)
        after = daemon.resident_bytes()
        each = (after - before) / count
        print(json.dumps({
            "connections": count, "rss_before": before, "rss_opened": opened, "rss_after": after,
            "bytes_per_connection": round(each), "limit": options.limit,
            "cpu_percent": round(100 * used, 2), "seconds": options.seconds,
        }))  # fmt: skip
        for one in warm + connections:
            one.socket.close()
    return 0 if each <= options.limit else 1


def open_one(daemon, subjects, credit, selector):
    one = Connection(daemon.port)
    # Both at once: the server reads them one after the other.
    one.socket.sendall(greeting())
    selector.register(one.socket, selectors.EVENT_READ, one)
    take(selector, 10, lambda: one.frames > 0)
    one.socket.sendall(subscription(subjects, credit))
    return one


if __name__ == "__main__":
    sys.exit(main())
