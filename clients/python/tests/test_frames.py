"""Frames in any pieces, and numbers that stay exact."""

import decimal
import random
import unittest
from datetime import datetime, timezone
from decimal import Decimal

import support
from tickwire import fixed
from tickwire.errors import ProtocolError, Unavailable, error_of_status
from tickwire.frames import FrameDecoder
from tickwire.records import BarState, GapReason, Position, Side, datetime_of

LIMIT = 16_384


def all_frames(decoder):
    frames = []
    while True:
        frame = decoder.next()
        if frame is None:
            return frames
        frames.append(tuple(frame))


class Decoder(unittest.TestCase):
    stream = (
        support.hello_ack()
        + support.frame(support.MESSAGE, 1, 3, b"hello")
        + support.frame(support.DATA, 0, 4, b"")
        + support.status(5, 7, "no", "ask")
        + support.goaway(9, 0, "bye")
    )

    def test_a_cut_at_every_byte_changes_nothing(self):
        whole = support.parse_frames(self.stream)
        for cut in range(len(self.stream) + 1):
            decoder = FrameDecoder(LIMIT)
            decoder.feed(self.stream[:cut])
            frames = all_frames(decoder)
            decoder.feed(self.stream[cut:])
            self.assertEqual(frames + all_frames(decoder), whole, f"cut at {cut}")
            self.assertEqual(decoder.buffered, 0)

    def test_single_bytes_make_the_same_frames(self):
        decoder, frames = FrameDecoder(LIMIT), []
        for byte in self.stream:
            decoder.feed(bytes([byte]))
            frames += all_frames(decoder)
        self.assertEqual(frames, support.parse_frames(self.stream))

    def test_a_header_is_refused_before_its_payload_comes(self):
        bad = {
            "length": (LIMIT + 1, 4, 0, 0, 1), "type": (0, 0, 0, 0, 1), "later": (0, 12, 0, 0, 1),
            "flags": (8, 8, 1, 0, 0), "reserved": (0, 4, 0, 1, 1), "no stream": (0, 4, 0, 0, 0),
            "stream": (8, 8, 0, 0, 1),
        }  # fmt: skip
        for name, fields in bad.items():
            with self.subTest(name):
                decoder = FrameDecoder(LIMIT)
                decoder.feed(support.struct.pack("<IBBHI", *fields))
                with self.assertRaises(ProtocolError) as caught:
                    decoder.next()
                self.assertTrue(caught.exception.expected and caught.exception.found)

    def test_the_limit_itself_is_allowed(self):
        decoder = FrameDecoder(LIMIT)
        decoder.feed(support.frame(support.MESSAGE, 0, 1, bytes(LIMIT)))
        self.assertEqual(len(decoder.next().payload), LIMIT)


class Numbers(unittest.TestCase):
    def test_text_becomes_units_and_text_again(self):
        for text in ("0", "1", "-1", "1.2345", "0.000000001", "-0.000000001", "100",
                     "9223372036.854775807", "-9223372036.854775807"):  # fmt: skip
            units = fixed.units_of(text)
            self.assertEqual(units, int(Decimal(text) * 10**9) if len(text) < 19 else units)
            self.assertEqual(format(fixed.decimal_of(units), "f"), text)

    def test_random_units_survive_whatever_the_context(self):
        rng = random.Random(1)
        with decimal.localcontext() as context:
            context.prec = 3
            for _ in range(2_000):
                units = rng.randrange(-(2**63) + 1, 2**63) >> rng.randrange(63)
                self.assertEqual(fixed.units_of(fixed.decimal_of(units)), units)
            wide = rng.getrandbits(127)
            exact = fixed.decimal_of(wide, 18)
            sign, digits, exponent = exact.as_tuple()
            number = int("".join(map(str, digits))) * 10 ** (18 + exponent)
            self.assertEqual(number, wide)

    def test_what_does_not_fit_is_an_error_and_never_rounded(self):
        for value in ("0.0000000001", "9223372036.854775808", "x", "", "nan", "inf", "1e99",
                      float("nan"), float("inf"), 10**10, [1], "1e-10"):  # fmt: skip
            with self.subTest(value), self.assertRaises(ValueError):
                fixed.units_of(value)

    def test_whole_numbers_floats_and_exponents(self):
        self.assertEqual(fixed.units_of(3), 3 * 10**9)
        self.assertEqual(fixed.units_of(0.1), 10**8)
        self.assertEqual(fixed.units_of("1e3"), 10**12)
        self.assertEqual(fixed.units_of(None), fixed.UNDEFINED)

    def test_undefined_is_none_or_nan(self):
        self.assertIsNone(fixed.optional_of(fixed.UNDEFINED))
        self.assertTrue(fixed.price_of(fixed.UNDEFINED).is_nan())
        self.assertNotEqual(fixed.float_of(fixed.UNDEFINED), fixed.float_of(fixed.UNDEFINED))

    def test_times(self):
        self.assertIsNone(datetime_of(fixed.UNDEFINED))
        self.assertIsNone(datetime_of(2**63 - 1 << 10))
        self.assertEqual(datetime_of(1_500), datetime(1970, 1, 1, 0, 0, 0, 1, timezone.utc))
        self.assertEqual(datetime_of(-1).year, 1969)

    def test_codes_that_are_not_known_are_unknown(self):
        self.assertIs(Side(9), Side.UNKNOWN)
        self.assertIs(BarState(77), BarState.UNKNOWN)
        self.assertIs(GapReason(200), GapReason.UNKNOWN)

    def test_positions_are_written_and_read(self):
        self.assertEqual(Position.parse(str(Position(7, 12))), Position(7, 12))
        for text in ("", "7", "7:", ":7", "a:b", "-1:2"):
            with self.assertRaises(ValueError):
                Position.parse(text)


class Errors(unittest.TestCase):
    def test_a_status_becomes_its_exception(self):
        error = error_of_status(14, "gone", "wait", b"\1")
        self.assertIsInstance(error, Unavailable)
        self.assertIsInstance(error, ConnectionError)
        self.assertEqual((error.message, error.hint, error.details), ("gone", "wait", b"\1"))
        self.assertEqual(str(error), "UNAVAILABLE: gone (wait)")
        self.assertIsNot(error.copy(), error)
        self.assertEqual(error.copy().hint, "wait")


if __name__ == "__main__":
    unittest.main()
