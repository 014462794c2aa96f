"""Sessions that lose their connection: every event exactly once, or an exact gap."""

import random
import unittest

import support
from tickwire.errors import Code, DataLoss, OutOfRange, PermissionDenied, ProtocolError
from tickwire.records import EpochChange, Gap, Position, PositionEvent, Trade
from tickwire.session import UnaryCall
from world import World, taken


class Subscriptions(unittest.TestCase):
    def test_random_cuts_lose_nothing_and_repeat_nothing(self):
        for seed in range(120):
            with self.subTest(seed=seed):
                world = World(seed)
                rng = world.rng
                world.settle(3)
                feed = world.feed(start=Position(7, 1), compress=bool(seed % 2))
                seen, emitted = [], 0
                while emitted < 300 or rng.random() < 0.9:
                    if emitted < 300 and rng.random() < 0.5:
                        count = rng.randint(1, 12)
                        world.engine.emit(count, step=3, instrument=rng.randint(1, 5))
                        emitted += count
                    if rng.random() < 0.05:
                        world.cut()
                    world.step(rng.choice((1, 30, 400, 1 << 20)))
                    if rng.random() < 0.6:
                        seen += taken(feed, 1)
                for _ in range(400):
                    world.step()
                    seen += taken(feed)
                self.assertIsNone(feed.error)
                self.assertEqual(
                    [event.sequence for event in seen],
                    [sequence for sequence, _ in world.engine.log],
                )
                self.assertGreaterEqual(world.engine.next, 300)

    def test_what_the_server_has_forgotten_is_an_exact_gap(self):
        for seed in range(80):
            with self.subTest(seed=seed):
                world = World(seed, window=1_500)
                rng = world.rng
                world.settle(3)
                feed = world.feed(start=Position(7, 1))
                seen, every = [], []
                for _ in range(150):
                    before = world.engine.next
                    world.engine.emit(rng.randint(0, 6))
                    every += range(before, world.engine.next)
                    if rng.random() < 0.1:
                        world.cut()
                    if rng.random() < 0.1 and world.side is None:
                        world.engine.forget_before(world.engine.next - rng.randint(0, 5))
                    world.step(rng.choice((20, 300, 1 << 20)))
                    if rng.random() < 0.5:
                        seen += taken(feed, 1)
                for _ in range(300):
                    world.step()
                    seen += taken(feed)
                covered = []
                for event in seen:
                    if isinstance(event, Gap):
                        covered += range(event.first, event.last + 1)
                    else:
                        self.assertIsInstance(event, Trade)
                        covered.append(event.sequence)
                self.assertEqual(covered, every)

    def test_the_position_that_was_received_is_where_it_goes_on(self):
        world = World(1)
        feed = world.feed()
        world.settle()
        world.engine.emit(5)
        world.settle()
        self.assertEqual(feed.received, Position(7, 6))
        world.cut()
        world.settle()
        self.assertEqual(world.side.starts, [(3, 7, 6)])

    def test_a_server_with_another_log_is_told(self):
        world = World(2)
        feed = world.feed()
        world.settle()
        world.engine.emit(5)
        world.settle()
        world.cut()
        world.engine = support.Engine(epoch=8)
        world.engine.emit(2)
        world.settle()
        seen = taken(feed)
        kinds = [type(event) for event in seen]
        self.assertEqual(kinds, [Trade] * 5 + [EpochChange] + [Trade] * 2)
        change = seen[5]
        self.assertEqual((change.previous, change.position), (Position(7, 6), Position(8, 1)))
        self.assertEqual(feed.received, Position(8, 3))

    def test_a_snapshot_that_was_cut_is_asked_for_again_and_a_whole_one_is_not(self):
        world = World(3)
        world.engine.emit(9)
        world.settle(3)
        feed = world.feed(start="snapshot")
        world.side.receive(world.session.take_output())
        world.session.received(world.side.take()[:-30], world.now)
        self.assertIsNotNone(feed.answer)
        world.cut()
        world.settle()
        self.assertEqual(world.side.starts, [(2, 0, 0)])
        seen = taken(feed)
        self.assertTrue(any(isinstance(e, PositionEvent) and e.snapshot_end for e in seen))
        world.engine.emit(1)
        world.settle()
        world.cut()
        world.settle()
        self.assertEqual(world.side.starts, [(3, 7, 11)])
        self.assertEqual([event.sequence for event in taken(feed)], [10])

    def test_errors_that_another_try_cannot_mend_end_it(self):
        for code, kind in ((7, PermissionDenied), (15, DataLoss), (11, OutOfRange)):
            world = World(4)
            feed = world.feed()
            world.settle()
            world.engine.emit(1)
            world.settle()
            world.side.out += support.status(feed.stream, code, "no")
            world.side.feeds.clear()
            world.settle()
            self.assertTrue(feed.ended)
            self.assertIsInstance(feed.error, kind)
            self.assertEqual(len(taken(feed)), 1)

    def test_unavailable_is_tried_again_on_the_same_connection(self):
        world = World(5)
        feed = world.feed()
        world.settle()
        world.side.out += support.status(feed.stream, 14, "later")
        world.side.feeds.clear()
        world.settle(3)
        self.assertIsNone(feed.stream)
        world.now += 1
        world.settle()
        self.assertIsNotNone(feed.stream)
        self.assertEqual(len(world.sides), 1)
        self.assertEqual(len(world.side.starts), 2)

    def test_silence_with_credit_open_is_taken_as_broken(self):
        world = World(6, silence=5.0)
        feed = world.feed()
        world.settle()
        first = feed.stream
        world.now += 4.9
        world.settle(3)
        self.assertEqual(feed.stream, first)
        world.now += 0.2
        world.settle(3)
        world.now += 1
        world.settle()
        self.assertEqual(world.side.cancelled, [first])
        self.assertEqual(len(world.side.starts), 2)

    def test_silence_without_credit_is_the_consumers_own(self):
        world = World(7, silence=5.0, window=600)
        feed = world.feed(start=Position(7, 1))
        world.settle()
        world.engine.emit(50)
        world.settle()
        world.now += 60
        world.settle()
        self.assertEqual(len(world.side.starts), 1)
        seen = []
        for _ in range(60):
            seen += taken(feed)
            world.settle(3)
        self.assertEqual(len(seen), 50)

    def test_bad_records_cancel_the_call_and_leave_the_connection(self):
        world = World(8)
        feed = world.feed()
        world.settle()
        stream = feed.stream
        world.side.send(support.DATA, 0, stream, b"\0" * 16)
        world.settle()
        self.assertIsInstance(feed.error, ProtocolError)
        self.assertEqual(world.side.cancelled, [stream])
        call = UnaryCall(world.session, "health", b"", 5.0, ())
        world.session.add(call)
        world.settle()
        self.assertEqual(call.result(), b"\1\0\0")

    def test_a_second_message_or_data_before_the_answer_is_a_fault(self):
        for early, kind in ((True, support.DATA), (False, support.MESSAGE)):
            world = World(9)
            world.settle(3)
            feed = world.feed()
            if early:
                world.session.take_output()
            else:
                world.settle(3)
            raw = support.frame(kind, 0, feed.stream, support.trade(1))
            world.session.received(raw, world.now)
            self.assertIsInstance(feed.error, ProtocolError)
            self.assertTrue(world.session.is_open)

    def test_closing_says_goodbye_and_is_quiet(self):
        world = World(10)
        feed = world.feed()
        world.engine.emit(4)
        world.settle()
        world.session.close()
        world.side.receive(world.session.take_output())
        self.assertEqual(world.side.goaways[0][0][1], 0)
        self.assertIs(feed.error.code, Code.CANCELLED)
        self.assertIsNone(feed.pop())
        self.assertIsNone(world.session.deadline())


class CreditOfFeeds(unittest.TestCase):
    def test_credit_comes_back_as_the_consumer_takes(self):
        for seed in range(30):
            rng = random.Random(seed)
            window = rng.choice((500, 2_000, 9_000))
            world = World(seed, window=window)
            feed = world.feed(start=Position(7, 1), compress=True)
            world.settle()
            world.engine.emit(400)
            held, seen, largest = 0, 0, 0
            for _ in range(2_000):
                world.step()
                held = sum(cost for _, cost, _ in feed._queue)
                largest = max(largest, held)
                if rng.random() < 0.4:
                    seen += len(taken(feed, 1))
                if seen == 400:
                    break
            self.assertEqual(seen, 400)
            # At most the window and one frame, as the protocol promises.
            self.assertLessEqual(largest, window + 7 * 64 + 12)
            server = world.side.feeds[feed.stream]
            world.settle()
            self.assertEqual(server.credit + feed._owed, window)

    def test_what_came_on_a_lost_stream_earns_no_credit_on_the_next(self):
        world = World(1, window=1_000)
        world.settle(3)
        feed = world.feed(start=Position(7, 1))
        world.engine.emit(500)
        world.settle()
        held = feed.ready_batches
        self.assertGreater(held, 1)
        world.side.stalled = True
        world.cut()
        world.settings = {"chunk": 1}
        while not (world.side and world.side.starts):
            world.step()
        for _ in range(held):
            feed.pop()
        world.settle()
        # Only what is still held was sent: the window, and one frame at most.
        self.assertLessEqual(sum(cost for _, cost, _ in feed._queue), 1_000 + 64 + 12)
        self.assertGreater(feed.ready_batches, 1)

    def test_a_consumer_that_takes_nothing_stops_the_server(self):
        world = World(1, window=1_000)
        feed = world.feed(start=Position(7, 1))
        world.settle()
        world.engine.emit(500)
        world.settle(200)
        self.assertLess(len(world.side.feeds), 2)
        self.assertLessEqual(world.side.feeds[feed.stream].credit, 0)
        self.assertLess(sum(len(batch) for batch, _, _ in feed._queue), 30)

    def test_the_servers_limit_bounds_the_window(self):
        world = World(1, window=1 << 20)
        world.settings = {"credit": 3_000}
        world.feed()
        world.settle()
        (call,) = [call for call in world.side.calls if call[0] == "subscribe"]
        self.assertEqual(call[3], 3_000)


if __name__ == "__main__":
    unittest.main()
