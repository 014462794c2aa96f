"""Both clients against a real `engined`: TICKWIRE_ENGINED names the program."""

import asyncio
import tempfile
import unittest

import support  # noqa: F401
import tickwire
from daemon import ENGINED, FEED, SIM, Daemon
from tickwire import aio

FAST = tickwire.Backoff(initial=0.02, maximum=0.2)


def first(iterator, count):
    return [event for _, event in zip(range(count), iterator)]


@unittest.skipUnless(ENGINED, "TICKWIRE_ENGINED does not name an engined")
class Engined(unittest.TestCase):
    plugins = (SIM, FEED)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.daemon = Daemon(folder.name, list(self.plugins))
        self.addCleanup(self.daemon.stop)

    def client(self):
        client = tickwire.connect(self.daemon.address, reconnect=FAST)
        self.addCleanup(client.close)
        return client

    def test_it_says_what_it_is(self):
        client = self.client()
        self.assertTrue(client.health().ready)
        description = client.describe()
        names = {method.name for method in description.methods}
        self.assertLessEqual({"health", "describe", "subscribe", "publish"}, names)
        layouts = {layout.name: layout for layout in description.layouts}
        self.assertEqual(layouts["trade"].size, 64)
        fields = {each.name: each.offset for each in layouts["trade"].fields}
        self.assertEqual(fields["price"], 16)

    def test_trades_come_in_order_from_a_snapshot_on(self):
        for compress in (False, True):
            client = self.client()
            first(client.subscribe("trade.>"), 5)
            events = first(client.subscribe("trade.>", start="snapshot", compress=compress), 60)
            ends = [
                place for place, event in enumerate(events)
                if isinstance(event, tickwire.PositionEvent) and event.snapshot_end
            ]  # fmt: skip
            self.assertEqual(len(ends), 1)
            news = events[ends[0] + 1 :]
            self.assertTrue(all(event.snapshot for event in events[: ends[0]]))
            self.assertEqual(
                [event.sequence for event in news], sorted({event.sequence for event in news})
            )
            self.assertTrue(all(event.price > 0 and event.key for event in news))

    def test_a_position_is_resumed_without_hole_or_duplicate(self):
        client = self.client()
        whole = client.subscribe(">", start="live")
        start = whole.wait_for_answer().position
        wanted = [event.sequence for event in first(whole, 120)]
        seen, position = [], start
        while len(seen) < 120:
            part = client.subscribe(">", start=position)
            seen += [event.sequence for event in first(part, 30)]
            position = part.position
            part.close()
        self.assertEqual(seen[:120], wanted)

    def test_what_is_published_comes_back(self):
        client = self.client()
        subscription = client.subscribe("trade.PY", "quote.PY")
        subscription.wait_for_answer()
        with client.publish("python", batch=10) as publisher:
            for number in range(1, 101):
                publisher.trade("PY", number, "0.5", 1_700_000_000_000_000_000 + number, "buy")
            publisher.quote("PY", bid="1.1", ask="1.2")
            acknowledgement = publisher.wait(20)
        self.assertEqual((acknowledgement.accepted, acknowledgement.rejected), (101, 0))
        events = first(subscription, 101)
        self.assertEqual([int(event.price) for event in events[:100]], list(range(1, 101)))
        self.assertEqual({event.source for event in events}, {"python"})
        self.assertEqual(str(events[100].ask), "1.2")

    def test_bad_requests_are_answered_with_a_status(self):
        client = self.client()
        with self.assertRaises(tickwire.InvalidArgument):
            client.subscribe("nonsense.>").wait_for_answer()
        with self.assertRaises(tickwire.Unimplemented):
            client.call("nope")
        with self.assertRaises(tickwire.OutOfRange):
            epoch = client.server.epoch
            client.subscribe(">", start=tickwire.Position(epoch, 2**47)).wait_for_answer()
        self.assertTrue(client.health().ready)

    def test_asyncio(self):
        async def main():
            async with aio.connect(self.daemon.address) as client:
                seen = []
                async for event in client.subscribe("trade.>"):
                    seen.append(event.sequence)
                    if len(seen) == 50:
                        break
                self.assertEqual(seen, sorted(set(seen)))

        asyncio.run(main())


if __name__ == "__main__":
    unittest.main()
