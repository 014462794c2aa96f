"""When a connection is made again, and what of the calls."""

import random
import unittest

import support
from tickwire.errors import (
    Cancelled, Code, ProtocolError, ResourceExhausted, TickwireError, Unavailable,
)  # fmt: skip
from tickwire.retry import Backoff
from tickwire.session import UnaryCall
from tickwire.subscription import Policy
from world import World


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
