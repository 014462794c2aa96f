#!/usr/bin/env python3
"""Kills an engine with a journal again and again under load, and proves that nothing is lost.

    Benchmarks/journal/kills.py                    # 500 kills at 200,000 events a second
    Benchmarks/journal/kills.py --kills 20         # a short one

A client subscribes to everything. SIGKILL ends the engine at a random moment, a new one goes on with
the same journal, and the client goes on behind the last event that it has seen. Every sequence has to
come exactly once, in one epoch. From the trades that it has seen the client computes all bars itself:
what the engine told last of each bar has to be the same, as if the engine had never stopped.

Prints one line of JSON. Fails when there is a hole, a duplicate, or a bar that differs.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "feed"))

from world import Daemon, everything, follow  # noqa: E402

import tickwire  # noqa: E402

SPECS = {"1s": 10**9, "1m": 60 * 10**9}


class Proof:
    """What a client has seen, and what it comes to."""

    def __init__(self):
        self.epoch = self.next = self.first = None
        self.events = self.holes = self.duplicates = self.lost = 0
        self.made = {}
        self.told = {}

    @property
    def position(self):
        return "live" if self.next is None else tickwire.Position(self.epoch, self.next)

    def begin(self, answer):
        if self.epoch is None:
            self.epoch, self.next, self.first = answer.epoch, answer.next, answer.next
        if (answer.epoch, answer.next) != (self.epoch, self.next):
            sys.exit(f"answered with {answer.epoch}:{answer.next}, had {self.epoch}:{self.next}")

    def take(self, batch):
        for event in batch:
            sequence = event.sequence
            if not sequence:
                if isinstance(event, tickwire.Gap):
                    self.step(event.first, event.last)
                    self.lost += event.last + 1 - event.first
                continue
            if sequence != self.next:
                self.step(sequence, sequence)
            else:
                self.next = sequence + 1
            self.events += 1
            if type(event) is tickwire.Trade:
                self.add(event)
            elif type(event) is tickwire.Bar:
                self.told[event.instrument.key, event.spec, event.start] = event

    def step(self, first, last):
        if first > self.next:
            self.holes += first - self.next
        elif first < self.next:
            self.duplicates += self.next - first
        self.next = max(self.next, last + 1)

    def add(self, trade):
        price, size, when = trade.price_e9, trade.size_e9, trade.time
        for spec, nanos in SPECS.items():
            key = (trade.instrument.key, spec, when - when % nanos)
            bar = self.made.get(key)
            if bar is None:
                self.made[key] = [price, price, price, price, size, 1]
                continue
            if price > bar[1]:
                bar[1] = price
            if price < bar[2]:
                bar[2] = price
            bar[3] = price
            bar[4] += size
            bar[5] += 1

    def compare(self):
        """How many closed bars were compared, how many differ, and how many say that they lack
        ticks."""
        begins = min((key[2] for key in self.made), default=0) + max(SPECS.values())
        compared = differing = flagged = 0
        for key, bar in self.told.items():
            # The first ones began before the client did.
            if bar.state == tickwire.BarState.OPEN or bar.start < begins:
                continue
            if bar.flags & tickwire.Flags.INCOMPLETE_LEFT:
                flagged += 1
                continue
            compared += 1
            made = self.made.get(key)
            values = [
                bar.open_e9, bar.high_e9, bar.low_e9, bar.close_e9, bar.volume_e9, bar.ticks,
            ]  # fmt: skip
            if made != values:
                differing += 1
                if differing <= 5:
                    print(f"{key}: told {values}, made {made}", file=sys.stderr)
        return compared, differing, flagged


def catch_up(daemon, proof):
    """Follows until it has all that there was when it began."""
    with tickwire.connect(daemon.address) as client:
        subscription = everything(client, proof)
        began = time.time_ns()
        for batch in subscription.batches():
            proof.take(batch)
            if any(type(event) is tickwire.Trade and event.time >= began for event in batch):
                return


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--rate", type=int, default=200_000, help="events a second")
    parser.add_argument("--life", type=float, default=1.0, help="seconds an engine lives, at most")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    rng = random.Random(seed)
    proof = Proof()
    restarts = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tickwire-kills-") as folder:
        plugins = [
            {"name": "journal", "type": "journal",
             "config": {"folder": os.path.join(folder, "journal"), "max_size": "4GiB"}},
            {"name": "sim", "type": "generator",
             "config": {"instruments": 20, "rate": options.rate, "seed": seed}},
            {"name": "bars", "type": "bars", "config": {"specs": list(SPECS)}},
        ]  # fmt: skip
        for _ in range(options.kills):
            started = time.monotonic()
            with Daemon(plugins=plugins) as daemon:
                restarts.append(time.monotonic() - started)
                follow(daemon, proof, rng.uniform(0, options.life))
        with Daemon(plugins=plugins) as daemon:
            catch_up(daemon, proof)
    compared, differing, flagged = proof.compare()
    restarts.sort()
    print(json.dumps({
        "kills": options.kills, "holes": proof.holes, "duplicates": proof.duplicates,
        "lost": proof.lost, "events": proof.events, "sequences": proof.next - proof.first,
        "bars": compared, "bars_differing": differing, "bars_flagged": flagged,
        "ready_p50_s": round(restarts[len(restarts) // 2], 3),
        "ready_max_s": round(restarts[-1], 3),
        "seconds": round(time.monotonic() - began, 1), "seed": seed,
    }))  # fmt: skip
    return 0 if not (proof.holes or proof.duplicates or proof.lost or differing) else 1


if __name__ == "__main__":
    sys.exit(main())
