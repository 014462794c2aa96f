"""Sessions that lose their connection: every event exactly once, or an exact gap."""

import random
import struct
import unittest

import support
from tickwire.errors import (
    Cancelled, Code, DataLoss, OutOfRange, PermissionDenied, ProtocolError, ResourceExhausted,
    TickwireError, Unavailable,
)  # fmt: skip
from tickwire.names import Namespace
from tickwire import encode
from tickwire.publication import Publication
from tickwire.records import EpochChange, Gap, Position, PositionEvent, Trade
from tickwire.retry import Backoff
from tickwire.session import Options, Session, UnaryCall
from tickwire.subscription import Feed, Policy, SubscribeRequest


class World:
    """A session and a server with a wire between them that can be cut anywhere."""

    def __init__(self, seed=0, engine=None, **options):
        self.rng = random.Random(seed)
        self.seed = seed
        self.engine = engine or support.Engine(seed=seed)
        self.now = 100.0
        self.session = Session(Options(**{"window": 2_000, **options}), seed)
        self.session.now = self.now
        self.side = None
        self.to_server = self.to_client = b""
        self.settings = {}
        self.sides = []

    def connect(self):
        self.session.transport_opening()
        self.side = support.ServerSide(self.engine, seed=self.rng.random(), **self.settings)
        self.sides.append(self.side)
        self.to_server = self.to_client = b""
        self.session.transport_opened(self.now)

    def cut(self):
        """Breaks the wire; what is on it is lost."""
        if self.side is not None:
            self.side = None
            self.session.transport_lost("cut", self.now)

    def step(self, most=1 << 20):
        """Moves some bytes each way. Bytes of a connection go in any pieces."""
        session = self.session
        if self.side is None:
            if session.wants_connection(self.now):
                self.connect()
            else:
                due = session.deadline()
                self.now = max(self.now, due if due is not None else self.now)
                session.tick(self.now)
            return
        self.now += 0.001
        self.to_server += session.take_output()
        size = self.rng.randint(1, most)
        piece, self.to_server = self.to_server[:size], self.to_server[size:]
        self.side.receive(piece)
        self.side.pump()
        self.to_client += self.side.take()
        size = self.rng.randint(1, most)
        piece, self.to_client = self.to_client[:size], self.to_client[size:]
        if piece:
            session.received(piece, self.now)
        else:
            session.tick(self.now)
        if session.connection is None or self.side.closed:
            self.side = None
            self.session.transport_lost("closed", self.now)

    def settle(self, steps=30):
        for _ in range(steps):
            self.step()

    def feed(self, *subjects, policy="drop-oldest", start="live", compress=False, **more):
        request = SubscribeRequest.make(
            subjects or (">",), policy, start, compress, False, 0, 0
        )  # fmt: skip
        feed = Feed(self.session, request, **{"heartbeats": False, **more})
        self.session.add(feed)
        return feed


def taken(feed, most=None):
    found = []
    while most is None or len(found) < most:
        batch = feed.pop()
        if batch is None:
            break
        found += list(batch)
    return found


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


class Publications(unittest.TestCase):
    def publication(self, world, **more):
        publication = Publication(
            world.session, "me", **{"compress": False, "most": 1 << 20, "frame": 700, **more}
        )  # fmt: skip
        world.session.add(publication)
        return publication

    def give(self, publication, key="EURUSD"):
        sequence = publication.sequence + 1
        instrument = publication.id_of(Namespace.INSTRUMENT, key)
        publication.add(sequence, encode.trade(sequence, 0, 0, instrument, sequence, 1, 1, 1, 0, 1))

    def test_random_cuts_publish_everything_exactly_once(self):
        for seed in range(120):
            with self.subTest(seed=seed):
                world = World(seed)
                rng = world.rng
                world.settle(3)
                publication = self.publication(world, compress=bool(seed % 2))
                for _ in range(150):
                    for _ in range(rng.randrange(4)):
                        self.give(publication, rng.choice(("A", "B@X", "C", "D")))
                    if rng.random() < 0.5:
                        publication.send()
                    if rng.random() < 0.06:
                        world.cut()
                    world.step(rng.choice((1, 40, 500, 1 << 20)))
                publication.finish_sending()
                for _ in range(600):
                    if rng.random() < 0.02:
                        world.cut()
                    world.step()
                    if publication.ended:
                        break
                self.assertTrue(publication.ended)
                self.assertIsNone(publication.error)
                total = publication.sequence
                self.assertGreater(total, 100)
                # The fifth instrument is refused by the fake server; four are used here.
                self.assertEqual(
                    [sequence for _, sequence, _ in world.engine.published],
                    list(range(1, total + 1)),
                )
                self.assertEqual(publication.undecided_bytes, 0)
                prices = [struct.unpack_from("<q", r, 16)[0] for _, _, r in world.engine.published]
                self.assertEqual(prices, list(range(1, total + 1)))

    def test_rejects_are_named_and_counted(self):
        world = World(1)
        publication = self.publication(world)
        for key in "ABCDEA":
            self.give(publication, key)
        publication.finish_sending()
        world.settle(60)
        self.assertTrue(publication.ended)
        (reject,) = publication.rejects
        self.assertEqual((reject.sequence, reject.code), (5, 7))
        self.assertIn("PERMISSION_DENIED", str(reject))
        self.assertEqual(publication.acknowledgement.rejected, 1)

    def test_a_server_that_gives_no_credit_is_waited_for(self):
        world = World(2)
        publication = self.publication(world, most=2_000)
        world.settle()
        world.side.stalled = True
        given = 0
        while publication.has_room:
            self.give(publication)
            publication.send()
            given += 1
            world.settle(2)
            self.assertLess(given, 1_000)
        self.assertFalse(publication.decided)
        self.assertGreaterEqual(publication.undecided_bytes, 2_000)
        # The credit was 2,000 bytes: what is over it by more than one frame is still here.
        (server,) = world.side.publications.values()
        self.assertGreater(server.credit + 12 + 700, 0)

    def test_an_acknowledgement_of_what_was_never_sent_is_a_fault(self):
        world = World(3)
        publication = self.publication(world)
        world.settle()
        ack = struct.pack("<QQQQQIH", 9, 9, 0, 7, 0, 0, 0)
        world.side.send(support.MESSAGE, 0, publication.stream, ack)
        world.settle()
        self.assertIsInstance(publication.error, ProtocolError)

    def test_a_server_without_memory_of_it_gets_the_rest_again(self):
        world = World(4)
        publication = self.publication(world)
        for _ in range(3):
            self.give(publication)
        publication.send()
        world.settle()
        world.engine = support.Engine(epoch=8)
        world.cut()
        self.give(publication)
        publication.finish_sending()
        world.settle(60)
        self.assertTrue(publication.ended)
        self.assertEqual([s for _, s, _ in world.engine.published], [4])


class Reconnecting(unittest.TestCase):
    def test_waits_grow_to_a_maximum_with_jitter(self):
        backoff = Backoff(initial=1, maximum=8, factor=2, jitter=0.5)
        rng = random.Random(0)
        for failures, most in ((1, 1), (2, 2), (3, 4), (4, 8), (50, 8), (10**6, 8)):
            waits = [backoff.delay(failures, rng) for _ in range(200)]
            self.assertLessEqual(max(waits), most)
            self.assertGreaterEqual(min(waits), most / 2)
            self.assertGreater(max(waits) - min(waits), most / 4)

    def test_attempts_are_limited_and_progress_counts_anew(self):
        world = World(1, reconnect=Backoff(initial=0.1, attempts=3))
        feed = world.feed()
        world.settle()
        world.cut()
        for _ in range(2):
            self.assertFalse(world.session.closed)
            while not world.session.wants_connection(world.now):
                world.now += 0.05
            world.session.transport_opening()
            world.session.transport_lost("refused", world.now)
        self.assertTrue(world.session.closed)
        self.assertIsInstance(feed.error, Unavailable)

    def test_without_reconnect_a_lost_connection_is_an_error(self):
        world = World(2, reconnect=False)
        feed = world.feed()
        world.settle()
        world.cut()
        self.assertIsInstance(feed.error, Unavailable)
        self.assertTrue(world.session.closed)

    def test_a_first_connection_that_fails_is_an_error_at_once(self):
        world = World(3)
        world.session.transport_opening()
        world.session.transport_lost("refused", world.now)
        self.assertTrue(world.session.closed)
        self.assertIn("refused", world.session.ending().message)

    def test_bad_bytes_are_fatal_and_say_what_was_expected(self):
        world = World(4)
        feed = world.feed()
        world.settle()
        world.side.out += support.frame(99, 0, 0)
        world.settle()
        self.assertTrue(world.session.closed)
        self.assertIsInstance(feed.error, ProtocolError)
        self.assertEqual((feed.error.expected, feed.error.found), ("1 to 11", "99"))

    def test_a_goaway_lets_calls_end_and_others_wait_for_the_next_connection(self):
        world = World(5)
        call = UnaryCall(world.session, "never", b"", 60.0, ())
        world.session.add(call)
        world.settle()
        world.side.out += support.goaway(call.stream, 0, "stop")
        world.settle(3)
        later = UnaryCall(world.session, "echo", b"x", 60.0, ())
        world.session.add(later)
        world.settle(3)
        self.assertFalse(later.ended)
        world.side.send(support.MESSAGE, 1, call.stream, b"done")
        world.settle(60)
        self.assertEqual((call.result(), later.result()), (b"done", b"x"))
        self.assertEqual(len(world.sides), 2)

    def test_a_call_that_was_under_way_fails_and_one_that_was_not_waits(self):
        world = World(6)
        call = UnaryCall(world.session, "never", b"", 60.0, ())
        world.session.add(call)
        world.settle()
        world.cut()
        with self.assertRaises(Unavailable):
            call.result()
        waiting = UnaryCall(world.session, "echo", b"y", 60.0, ())
        world.session.add(waiting)
        world.settle(60)
        self.assertEqual(waiting.result(), b"y")

    def test_deadlines_hold_with_and_without_a_connection(self):
        world = World(7)
        world.settle()
        call = UnaryCall(world.session, "never", b"", 2.0, ())
        world.session.add(call)
        world.settle(5)
        (made,) = world.side.calls
        self.assertAlmostEqual(made[2] / 1e9, 2.0, places=1)
        world.now += 2
        world.settle(5)
        self.assertTrue(call.ended)
        self.assertIs(call.error.code, Code.DEADLINE_EXCEEDED)
        self.assertEqual(world.side.cancelled, [made[1]])
        world.cut()
        waiting = UnaryCall(world.session, "echo", b"", 0.01, ())
        world.session.add(waiting)
        world.now += 0.02
        world.session.tick(world.now)
        self.assertIn("cut", waiting.error.message)

    def test_after_the_end_nothing_begins(self):
        world = World(8)
        world.settle()
        world.session.close()
        call = UnaryCall(world.session, "echo", b"", 1.0, ())
        world.session.add(call)
        self.assertTrue(call.ended)
        with self.assertRaises(TickwireError) as caught:
            call.result()
        self.assertIs(caught.exception.code, Code.CANCELLED)
        self.assertNotIsInstance(caught.exception, (Cancelled, ResourceExhausted))
        self.assertIs(Policy.of("drop-oldest"), Policy.DROP_OLDEST)


if __name__ == "__main__":
    unittest.main()
