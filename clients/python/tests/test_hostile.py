"""Bytes that no server should send: an error that says so, nothing else, and bounded memory."""

import random
import unittest

import support
from tickwire.errors import ProtocolError, TickwireError
from tickwire.frames import FrameDecoder
from tickwire.records import Position
from tickwire.scanner import Scanner, inflate
from world import World, taken


def recorded(seed):
    """What a server says in a session with all kinds of records."""
    world = World(seed)
    rng = world.rng
    world.settle(3)
    world.feed(start=Position(7, 1), compress=True)
    for _ in range(10):
        kind = rng.choice((support.trade, support.quote, support.bar))
        world.engine.emit(rng.randint(1, 9), kind=kind)
        world.settle(1)
    side = support.ServerSide(world.engine, seed=seed)
    out = world.session.take_output()
    del out
    hello = support.frame(1, 0, 0, b"TKWR\1\0\1\0" + b"\3" + bytes(7) + b"\0\0\x10\0\0\0")
    side.receive(hello)
    start = world.session.connection
    assert start is not None
    side.receive(call_bytes())
    side.pump()
    return side.take()


def call_bytes():
    request = support.struct.pack("<BBHQQQQH", 2, 3, 1, 7, 1, 0, 0, 1) + support.text(">")
    head = support.struct.pack("<QIH", 0, 1 << 20, 0) + support.text("subscribe")
    return support.frame(support.CALL, 0, 1, head + request)


def replayed(data, rng):
    """A session that hears these bytes: handshake first, then the answer to its subscription."""
    world = World(0, window=1 << 20)
    world.session.transport_opening()
    world.session.transport_opened(world.now)
    feed = None
    while data:
        size = rng.randint(1, 2_000)
        world.session.received(data[:size], world.now)
        data = data[size:]
        if feed is None and world.session.is_open:
            feed = world.feed(start=Position(7, 1), compress=True)
    return world, feed


class Hostile(unittest.TestCase):
    def test_the_recording_is_good_when_it_is_left_alone(self):
        data = recorded(1)
        ack, rest = data[: 12 + len(support.parse_frames(data)[0][3])], data
        world, feed = replayed(ack, random.Random(0))
        self.assertIsNone(world.session.error)
        world.session.received(rest[len(ack) :], world.now)
        self.assertIsNone(feed.error)
        self.assertGreater(len(taken(feed)), 9)

    def test_damaged_sessions_end_in_an_error_or_not_at_all(self):
        faults = 0
        recordings = [recorded(seed) for seed in range(6)]
        for seed in range(600):
            with self.subTest(seed=seed):
                rng = random.Random(seed)
                data = bytearray(rng.choice(recordings))
                ack = 12 + support.struct.unpack_from("<I", data)[0]
                for _ in range(rng.randint(1, 6)):
                    place = rng.randrange(0 if rng.random() < 0.2 else ack, len(data))
                    action = rng.randrange(4)
                    if action == 0:
                        data[place] ^= 1 << rng.randrange(8)
                    elif action == 1:
                        data[place] = rng.choice((0, 1, 255, 127, 128, 8))
                    elif action == 2:
                        del data[place : place + rng.randint(1, 80)]
                    else:
                        data[place:place] = rng.randbytes(rng.randint(1, 80))
                world, feed = replayed(bytes(data[:ack]), rng)
                rest = bytes(data[ack:])
                while rest:
                    size = rng.randint(1, 3_000)
                    world.session.received(rest[:size], world.now)
                    rest = rest[size:]
                try:
                    if feed is not None:
                        taken(feed)
                        if feed.error is not None:
                            raise feed.error
                    if world.session.error is not None:
                        raise world.session.error
                except TickwireError:
                    faults += 1
        self.assertGreater(faults, 200)

    def test_noise_is_refused_with_what_was_expected_and_found(self):
        for seed in range(300):
            rng = random.Random(seed)
            world = World(0)
            world.session.transport_opening()
            world.session.transport_opened(world.now)
            world.session.received(rng.randbytes(rng.randint(12, 300)), world.now)
            error = world.session.error
            if error is not None:
                self.assertIsInstance(error, ProtocolError)
                self.assertTrue(error.where and error.expected and error.found)

    def test_noise_as_records_and_as_compressed_records(self):
        for seed in range(2_000):
            rng = random.Random(seed)
            noise = bytearray(rng.randbytes(rng.randrange(400)))
            if rng.random() < 0.8:
                for place in range(6, len(noise), 64):
                    noise[place : place + 3] = bytes((8, 1, rng.randrange(13)))
            for decode in (
                lambda raw: [list(b) for b in Scanner(Position(7, 0)).scan(raw)],
                lambda raw: inflate(raw, 1 << 16),
                lambda raw: Scanner(Position(7, 0)).scan(inflate(support.compress(raw), 1 << 16)),
            ):
                try:
                    decode(bytes(noise))
                except TickwireError:
                    pass

    def test_records_of_many_sizes_are_walked_in_linear_time(self):
        small = b"".join(support.head(n, 16 + 8 * (n % 2), 200) for n in range(1, 20_001))
        raw = b"".join(
            support.head(n, 16 + 8 * (n % 2), 200) + bytes(8 * (n % 2)) for n in range(1, 20_001)
        )
        self.assertGreater(len(raw), len(small))
        made = Scanner(Position(7, 1))
        self.assertEqual(made.scan(raw), [])

    def test_a_frame_is_not_kept_beyond_the_limit(self):
        decoder = FrameDecoder(16_384)
        decoder.feed(support.struct.pack("<IBBHI", 16_384, support.MESSAGE, 0, 0, 1))
        self.assertIsNone(decoder.next())
        decoder.feed(bytes(16_383))
        self.assertIsNone(decoder.next())
        self.assertEqual(decoder.buffered, 12 + 16_383)
        decoder.feed(b"\0")
        self.assertIsNotNone(decoder.next())
        self.assertEqual(decoder.buffered, 0)


if __name__ == "__main__":
    unittest.main()
