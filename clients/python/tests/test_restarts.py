"""The client through what happens to a real daemon: killed, stopped, and it killed itself."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

import support
import tickwire
from daemon import ENGINED, Daemon
from tickwire import aio

FAST = tickwire.Backoff(initial=0.01, maximum=0.05)


class View:
    """A stream of everything, with its bookkeeping: each sequence once, or in a gap."""

    def __init__(self):
        self.position = None
        self.events = 0
        self.gaps = []
        self.epochs = 0
        self.faults = []

    def take(self, event):
        if isinstance(event, tickwire.EpochChange):
            if event.previous != self.position:
                self.faults.append(f"{event.previous} at {self.position}")
            self.position = event.position
            self.epochs += 1
        elif isinstance(event, tickwire.PositionEvent):
            at = tickwire.Position(event.epoch, event.next)
            if self.position not in (None, at):
                self.faults.append(f"position {at} at {self.position}")
            self.position = at
        elif isinstance(event, tickwire.Gap) and not event.sequence:
            self.step(event.first, event.last)
            self.gaps.append(event)
        elif event.sequence:
            self.step(event.sequence, event.sequence)
            self.events += 1

    def step(self, first, last):
        if first != self.position.next:
            self.faults.append(f"{first} at {self.position}")
        self.position = self.position._replace(next=last + 1)


@unittest.skipUnless(ENGINED, "TICKWIRE_ENGINED does not name an engined")
class Restarts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "feed.sock")
        feed = {"listen": "127.0.0.1:0", "socket": self.path}
        self.daemon = Daemon(folder.name, [{"name": "feed", "type": "binary", "config": feed}])
        self.addCleanup(self.daemon.stop)

    def client(self):
        client = tickwire.connect(f"unix:{self.path}", reconnect=FAST)
        self.addCleanup(client.close)
        return client

    def load(self):
        """Publishes from a thread of its own until it is told to stop."""
        stopped = threading.Event()

        def run():
            with tickwire.connect(f"unix:{self.path}", reconnect=FAST) as client:
                publisher = client.publish("load", batch=50)
                number = 0
                while not stopped.is_set():
                    number += 1
                    publisher.trade("PY", number, "0.5")
                    if number % 200 == 0:
                        # As fast as the server takes them, and no faster.
                        publisher.wait(30)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()

        def stop():
            stopped.set()
            thread.join(30)

        self.addCleanup(stop)

    def through(self, number):
        """Two ends of the daemon by a signal, under load; the view of a subscription."""
        self.load()
        view = View()
        events = iter(self.client().subscribe(">", heartbeats=True))
        for rounds in (1, 2):
            wanted = view.events + 1_000
            while view.events < wanted:
                view.take(next(events))
            self.daemon.stop(number)
            self.daemon.start()
            while view.epochs < rounds:
                view.take(next(events))
        wanted = view.events + 1_000
        while view.events < wanted:
            view.take(next(events))
        self.assertEqual(view.faults, [])
        self.assertEqual(view.gaps, [])

    def test_killed_under_load_the_new_log_is_told_and_nothing_is_silent(self):
        self.through(signal.SIGKILL)

    def test_stopped_in_order_it_comes_back_by_itself(self):
        self.through(signal.SIGTERM)

    def test_asyncio_comes_back_too(self):
        async def main():
            view = View()
            async with aio.connect(f"unix:{self.path}", reconnect=FAST) as client:
                events = client.subscribe("status.>", start="snapshot", heartbeats=True)
                async for event in events:
                    if isinstance(event, tickwire.PositionEvent) and event.snapshot_end:
                        break
                await asyncio.to_thread(self.daemon.stop, signal.SIGKILL)
                await asyncio.to_thread(self.daemon.start)
                async for event in events:
                    view.epochs += isinstance(event, tickwire.EpochChange)
                    if view.epochs:
                        break
            self.assertEqual(view.epochs, 1)

        asyncio.run(main())

    def test_a_client_that_is_killed_goes_on_where_it_was(self):
        script = os.path.join(support.REPOSITORY, "Benchmarks", "feed", "restarts.py")
        done = subprocess.run(
            [sys.executable, script, "--kills", "20", "--rate", "20000"],
            capture_output=True, text=True, timeout=60, env={**os.environ},
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual((report["kills"], report["holes"], report["duplicates"]), (20, 0, 0))
        self.assertEqual(report["events"] + report["lost"], report["sequences"])
        self.assertGreater(report["events"], 1_000)
        self.assertGreater(report["gaps"], 0)


if __name__ == "__main__":
    unittest.main()
