#!/usr/bin/env python3
"""Kills a client again and again while events flow, and proves that nothing is lost or comes twice.

    Benchmarks/feed/restarts.py                    # 1,000 kills at 100,000 events a second
    Benchmarks/feed/restarts.py --kills 20         # a short one

A client subscribes to everything with the Python client and writes down every sequence as it takes
it, into a pipe. SIGKILL ends it at a random moment: while it connects, is greeted, catches up or
follows, or in the middle of a write. The next one goes on behind the last entry that is whole. One
start in --pauses comes so late that the server has forgotten something, which has to be told as a
gap. Sequences are dense, so a hole shows by itself.

Prints one line of JSON: `events` were taken and `lost` told in `gaps`, which is together every
sequence there was (`sequences`); `silent_lives` were killed before they had anything. Fails when
there is a hole or a duplicate.
"""

import argparse
import json
import os
import random
import select
import signal
import struct
import sys
import time

from world import Daemon

import tickwire

# First and last sequence, and whether that is a gap.
ENTRY = struct.Struct("<QQB")


def consume(address, position, pipe):
    """The client's life: writes an entry for each record, until it is killed."""
    client = tickwire.connect(address, reconnect=False)
    start = "live" if position is None else position
    # Definitions are events of the log too.
    subscription = client.subscribe(">", start=start, policy="drop-oldest", heartbeats=True)
    answer = subscription.wait_for_answer()
    os.write(pipe, ENTRY.pack(answer.epoch, answer.next, 2))
    for batch in subscription.batches():
        entries = []
        for event in batch:
            if isinstance(event, tickwire.Gap) and not event.sequence:
                entries.append(ENTRY.pack(event.first, event.last, 1))
            elif event.sequence:
                entries.append(ENTRY.pack(event.sequence, event.sequence, 0))
        data = b"".join(entries)
        while data:
            data = data[os.write(pipe, data) :]


class Proof:
    """What the entries of all lives come to."""

    def __init__(self):
        self.epoch = None
        self.next = None
        self.first = None
        self.events = self.holes = self.duplicates = self.gaps = self.lost = 0

    @property
    def position(self):
        return None if self.next is None else tickwire.Position(self.epoch, self.next)

    def begin(self, epoch, stands):
        """A life that was answered: it stands where the last one ended."""
        if self.epoch is None:
            self.epoch, self.next, self.first = epoch, stands, stands
        if (epoch, stands) != (self.epoch, self.next):
            sys.exit(f"answered with {epoch}:{stands}, asked for {self.epoch}:{self.next}")

    def take(self, first, last, kind):
        if kind == 2:
            self.begin(first, last)
            return
        if first > self.next:
            self.holes += first - self.next
        elif first < self.next:
            self.duplicates += min(self.next, last + 1) - first
        self.next = max(self.next, last + 1)
        if kind == 1:
            self.gaps += 1
            self.lost += last + 1 - first
        else:
            self.events += 1


def live(daemon, proof, seconds, pipe_bytes=1 << 20):
    """One client from its start to its violent end. Returns whether it was ever answered."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            consume(daemon.address, proof.position, writer)
        except tickwire.TickwireError as error:
            os.write(2, f"the client failed: {error}\n".encode())
        os._exit(1)
    os.close(writer)
    ends = time.monotonic() + seconds
    kept, count, is_killed = b"", 0, False
    while True:
        left = ends - time.monotonic()
        if not is_killed and (left <= 0 or not select.select([reader], [], [], left)[0]):
            os.kill(child, signal.SIGKILL)
            is_killed = True
        data = os.read(reader, pipe_bytes)
        if not data:
            break
        kept += data
        whole = len(kept) // ENTRY.size * ENTRY.size
        for entry in ENTRY.iter_unpack(kept[:whole]):
            proof.take(*entry)
        count += whole
        kept = kept[whole:]
    os.close(reader)
    _, status = os.waitpid(child, 0)
    if not is_killed or os.WTERMSIG(status) != signal.SIGKILL:
        sys.exit("the client ended by itself")
    return count > 0


def rate(daemon, seconds=1.0):
    """Events a second that really flow, by the positions of a subscription."""
    with tickwire.connect(daemon.address) as client:
        subscription = client.subscribe("gap.>", heartbeats=True)
        seen = []
        for batch in subscription.batches():
            seen.append((time.monotonic(), batch.position.next))
            if seen[-1][0] - seen[0][0] >= seconds:
                break
    (began, first), (ended, last) = seen[0], seen[-1]
    return (last - first) / (ended - began)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--rate", type=int, default=100_000, help="events a second")
    parser.add_argument("--life", type=float, default=0.25, help="seconds a client lives, at most")
    parser.add_argument("--log", type=int, default=2, help="MiB of events that the server keeps")
    parser.add_argument("--pauses", type=int, default=10, help="one start in so many comes late")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()

    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    rng = random.Random(seed)
    generator = {
        "name": "sim",
        "type": "generator",
        "config": {"instruments": 50, "rate": options.rate, "seed": seed},
    }
    began = time.monotonic()
    with Daemon({"log": f"{options.log}MiB"}, [generator]) as daemon:
        flowing = rate(daemon)
        proof = Proof()
        silent = 0
        for kill in range(options.kills):
            if options.pauses and kill % options.pauses == options.pauses - 1:
                # Longer than the server remembers: 64 bytes an event, and half as much again.
                time.sleep(1.5 * (options.log << 20) / 64 / options.rate)
            silent += not live(daemon, proof, rng.uniform(0, options.life))
        # Whoever comes last catches up, so that the proof ends with the present.
        live(daemon, proof, 2)
        sequences = proof.next - proof.first
        is_whole = proof.events + proof.lost == sequences
        print(json.dumps({
            "kills": options.kills, "holes": proof.holes, "duplicates": proof.duplicates,
            "events": proof.events, "gaps": proof.gaps, "lost": proof.lost,
            "sequences": sequences, "silent_lives": silent, "rate": round(flowing),
            "seconds": round(time.monotonic() - began, 1), "seed": seed,
        }))  # fmt: skip
    return 0 if is_whole and not proof.holes and not proof.duplicates else 1


if __name__ == "__main__":
    sys.exit(main())
