"""How fast batches are iterated: at least 1,000,000 records/s, each field that users read.

A child process sends frames that were made before; the figure is that of this process alone, on
one core. Machines that are busy with something else measure that as well, so the bar is checked
only with TICKWIRE_SPEED=1; without it a small run checks that the path works.
"""

import os
import socket
import sys
import tempfile
import time
import unittest

import support
import tickwire

BAR = 1_000_000
CHECKED = os.environ.get("TICKWIRE_SPEED") == "1"
RECORDS = 1_000_000 if CHECKED else 20_000


def frames_of(count, per_frame, compressed):
    """Data frames with trades of ten instruments, as a feed has them."""
    frames = []
    for start in range(1, count + 1, per_frame):
        records = b"".join(
            support.trade(
                number, 1 + number % 5, price=10**9 + number * 7919 % 1_000 * 10**4,
                size=(1 + number * 31 % 9) * 10**9,
            )
            for number in range(start, min(start + per_frame, count + 1))
        )  # fmt: skip
        payload = support.compress(records) if compressed else records
        frames.append(support.frame(support.DATA, int(compressed), 1, payload))
    return frames


def serve(listener, frames):
    """The child: a handshake, an answer, and then all frames that credit allows."""
    connection, _ = listener.accept()
    listener.close()
    side = support.ServerSide(support.Engine())
    while not side.starts:
        side.receive(connection.recv(1 << 16))
        connection.sendall(side.take())
    (feed,) = side.feeds.values()
    index = 0
    while True:
        while feed.credit > 0 and index < len(frames):
            # Large writes, as a busy server makes them.
            some = []
            while feed.credit > 0 and index < len(frames) and len(some) < 16:
                some.append(frames[index])
                feed.credit -= len(frames[index])
                index += 1
            connection.sendall(b"".join(some))
        buffer = connection.recv(1 << 16)
        if not buffer:
            connection.close()
            return
        side.receive(buffer)
        side.out.clear()


def measure(count, per_frame, compressed):
    """Records per second of CPU time, and per second of the clock."""
    frames = frames_of(count, per_frame, compressed)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        child = os.fork()
        if child == 0:
            try:
                serve(listener, frames)
            finally:
                os._exit(0)
        del frames
        listener.close()
        seen = 0
        sequence = instrument = price = size = moment = None
        with tickwire.connect(f"unix:{path}") as client:
            subscription = client.subscribe("trade.>", compress=compressed)
            subscription.wait_for_answer()
            cpu, wall = time.process_time(), time.perf_counter()
            for batch in subscription.batches():
                for trade in batch:
                    sequence = trade.sequence
                    instrument = trade.instrument
                    price = trade.price_e9
                    size = trade.size_e9
                    moment = trade.time
                seen += len(batch)
                if seen >= count:
                    break
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        os.waitpid(child, 0)
    wanted = support.trade(count, 1 + count % 5, price=price, size=size)
    assert (seen, sequence, moment) == (count, count, support.START_TIME + count)
    assert str(instrument) == f"SYM{1 + count % 5}" and price >= 10**9 and len(wanted) == 64
    return count / cpu, count / wall


@unittest.skipUnless(hasattr(os, "fork"), "needs fork")
class Speed(unittest.TestCase):
    def run_one(self, name, per_frame, compressed):
        cpu, wall = measure(RECORDS, per_frame, compressed)
        if CHECKED:
            rates = f"{cpu / 1e6:.2f} M records/s of CPU, {wall / 1e6:.2f} M/s"
            sys.stderr.write(f"\n{name}: {rates}\n")
        return cpu

    def test_plain_frames_of_16_KiB(self):
        rate = self.run_one("plain, 16 KiB", 256, False)
        if CHECKED:
            self.assertGreaterEqual(rate, BAR)

    def test_compressed_frames_of_16_KiB(self):
        self.run_one("compressed, 16 KiB", 256, True)

    def test_plain_frames_of_64_KiB(self):
        self.run_one("plain, 64 KiB", 1_024, False)


if __name__ == "__main__":
    unittest.main()
