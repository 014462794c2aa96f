"""Batches: what comes out is what the records say, however they lie."""

import importlib.util
import random
import struct
import tracemalloc
import unittest

import support
from tickwire import present
from tickwire.batch import Show
from tickwire.errors import DataLoss, InvalidArgument, ProtocolError
from tickwire.layouts import record_at
from tickwire.names import Instrument
from tickwire.records import (
    Bar, ConflatedTrade, Definition, Gap, GapReason, Position, PositionEvent, Quote, Trade,
)  # fmt: skip
from tickwire.scanner import Scanner, deflate, inflate

START = Position(7, 1)


def scanner(**options):
    made = Scanner(START, **options)
    made.names.sources[1] = "sim"
    made.names.specs[1] = "1m"
    for id in range(1, 6):
        made.names.instruments[id] = Instrument(id, f"SYM{id}")
    return made


def events(made, raw):
    return [event for batch in made.scan(raw) for event in batch]


def conflated(sequence, flags=8, **fields):
    plain = bytearray(support.trade(sequence, flags=flags, **fields))
    plain[6] = 16
    return bytes(plain) + struct.pack("<qqqQqQ", 4, 7, 3, 2**64 - 1, 5, 3) + bytes(16)


class Decoding(unittest.TestCase):
    def test_any_mixture_decodes_as_record_by_record(self):
        for seed in range(150):
            rng = random.Random(seed)
            parts, sequence = [], 1
            for _ in range(rng.randrange(1, 80)):
                make = rng.choice((
                    support.trade, support.trade, support.trade, support.quote, support.bar,
                    conflated, lambda n: support.head(n, 16, 200), "position",
                    lambda n: support.head(n, 24, 77) + b"whatever",
                    lambda n: support.head(n, 64, 1, version=2) + bytes(48),
                    lambda n: support.trade(n, flags=16),
                    lambda n: support.definition(n, 3, "x" * rng.randrange(100)),
                    lambda n: support.gap(n, n + 3, sequence=n),
                ))  # fmt: skip
                if make == "position":
                    parts.append(support.position(7, sequence))
                else:
                    parts.append(make(sequence))
                    sequence += rng.randrange(1, 4)
            raw = b"".join(parts)
            with self.subTest(seed=seed):
                made = scanner(show=Show.ALL)
                batches = made.scan(raw)
                found = [event for batch in batches for event in batch]
                wanted, at = [], 0
                while at < len(raw):
                    event = record_at(raw, at, made.names)
                    at += raw[at + 6] * 8
                    if event is not None:
                        wanted.append(event)
                self.assertEqual(found, wanted)
                self.assertEqual([type(a) for a in found], [type(b) for b in wanted])
                self.assertEqual(sum(map(len, batches)), len(wanted))

    def test_fields_of_ticks(self):
        trade, quote = events(scanner(), support.trade(5, side=2) + support.quote(6))
        self.assertIsInstance(trade, Trade)
        self.assertEqual((trade.sequence, trade.key, trade.source), (5, "SYM1", "sim"))
        self.assertEqual(str(trade.price), "1.000000005")
        self.assertEqual((trade.price_e9, trade.price_float), (1_000_000_005, 1.000000005))
        self.assertEqual((trade.side.name, trade.venue_sequence), ("SELL", 15))
        self.assertEqual(trade.time, support.START_TIME + 5)
        self.assertIsInstance(quote, Quote)
        self.assertEqual((str(quote.bid), str(quote.ask_size)), ("1", "4"))
        self.assertIsNone(events(scanner(), support.quote(6, bid=-(2**63)))[0].bid)

    def test_a_record_may_be_longer_than_this_version_knows(self):
        record = bytearray(support.trade(1) + b"later!!!")
        record[6] = 9
        self.assertEqual(events(scanner(), bytes(record)), events(scanner(), support.trade(1)))

    def test_merged_trades_and_bars(self):
        merged, bar = events(
            scanner(), conflated(1) + support.bar(2, volume=-5, notional=2**100)
        )
        self.assertIsInstance(merged, ConflatedTrade)
        self.assertIsInstance(merged, Trade)
        self.assertEqual((merged[10:13], merged.trades), ((4, 7, 3), 3))
        self.assertEqual(merged[13], 2**64 - 1 + (5 << 64))
        self.assertIsInstance(bar, Bar)
        self.assertEqual((bar.spec, bar.volume_e9, bar.notional_e18), ("1m", -5, 2**100))
        self.assertEqual(str(bar.notional), "1267650600228.229401496703205376")

    def test_definitions_name_what_follows_and_change_nothing_before(self):
        made = Scanner(START)
        batches = made.scan(
            support.definition(1, 3, "sim") + support.definition(2, 1, "OLD")
            + support.trade(1, 2) + support.definition(2, 1, "NEW") + support.trade(2, 2)
        )  # fmt: skip
        self.assertEqual([event.key for batch in batches for event in batch], ["OLD", "NEW"])
        self.assertEqual([str(batch.position) for batch in batches], ["7:2", "7:3"])

    def test_an_id_that_nobody_defined_is_an_error(self):
        for record in (support.trade(1, 9), support.trade(1, scope=9), support.bar(1, spec=9)):
            (batch,) = scanner().scan(record)
            with self.assertRaises(ProtocolError):
                list(batch)

    def test_bookkeeping_is_visible_on_demand_only(self):
        raw = support.position(7, 3) + support.definition(9, 5, "x") + support.trade(4)
        self.assertEqual([type(e) for e in events(scanner(), raw)], [Trade])
        seen = [type(event) for event in events(scanner(show=Show.ALL), raw)]
        self.assertEqual(seen, [PositionEvent, Definition, Trade])
        (end,) = events(scanner(), support.position(7, 3, 1))
        self.assertTrue(end.snapshot_end)
        named = support.definition(9, 5, "x", sequence=4)
        self.assertEqual(events(scanner(), named), [])
        (news,) = events(scanner(show=Show.DEFINITIONS), named)
        self.assertEqual(news.text, "x")


class Positions(unittest.TestCase):
    def test_records_positions_and_gaps_move_it(self):
        made = scanner()
        for raw, following in (
            (support.trade(5), 6), (support.position(7, 9), 9), (support.position(7, 2), 9),
            (support.gap(9, 19), 20), (support.trade(3, flags=16), 20), (support.bar(25), 26),
            (support.gap(1, 90, sequence=27), 28), (support.trade(0), 28),
        ):  # fmt: skip
            made.scan(raw)
            self.assertEqual(made.position, Position(7, following))

    def test_what_comes_twice_or_out_of_order_is_a_fault(self):
        for raw in (
            support.trade(5) + support.trade(5), support.trade(6) + support.trade(5),
            support.trade(5) + support.bar(5), support.bar(5) + support.bar(4),
            support.position(7, 9) + support.trade(8), support.gap(5, 9) + support.trade(9),
        ):  # fmt: skip
            with self.assertRaises(DataLoss):
                scanner().scan(raw)

    def test_a_conflated_stream_moves_by_positions_only(self):
        made = scanner(ordered=False)
        made.scan(conflated(9) + support.quote(8) + support.quote(7))
        self.assertEqual(made.position, START)
        made.scan(support.position(7, 10))
        self.assertEqual(made.position, Position(7, 10))
        made.scan(support.quote(3, flags=8))
        with self.assertRaises(DataLoss):
            made.scan(support.quote(9))

    def test_another_epoch_is_a_fault(self):
        with self.assertRaises(ProtocolError):
            scanner().scan(support.position(8, 1))

    def test_a_gap_that_was_announced_is_not_lost_with_the_connection(self):
        made = scanner(missing=(1, 4))
        made.scan(support.position(7, 5))
        self.assertEqual(made.position, START)
        (found,) = events(made, support.gap(1, 4, count=2))
        self.assertEqual((found.lost, found.reason), (2, GapReason.UNAVAILABLE))
        self.assertEqual(made.position, Position(7, 5))

    def test_a_gap_that_was_announced_and_does_not_come_is_told_all_the_same(self):
        made = scanner(missing=(1, 4))
        found = events(made, support.trade(5))
        self.assertEqual([type(event) for event in found], [Gap, Trade])
        self.assertEqual((found[0].first, found[0].last, made.next), (1, 4, 6))


class Compression(unittest.TestCase):
    def test_records_survive_both_ways(self):
        rng = random.Random(3)
        for size in (0, 8, 64, 72, 640, 4_096, 4_104):
            records = bytes(rng.randrange(4) for _ in range(size))
            self.assertEqual(inflate(support.compress(records), 1 << 20), records)
            self.assertEqual(inflate(deflate(records), 1 << 20), records)

    def test_expansion_stops_at_the_limit(self):
        bomb = support.compress(bytes(1 << 22))
        self.assertLess(len(bomb), 8_192)
        with self.assertRaises(ProtocolError):
            inflate(bomb, 1 << 20)
        lying = struct.pack("<I", 64) + bomb[4:]
        tracemalloc.start()
        with self.assertRaises(ProtocolError) as caught:
            inflate(lying, 1 << 20)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.assertLess(peak, 1 << 18)
        self.assertEqual(caught.exception.found, "more")

    def test_damage_is_an_error(self):
        good = support.compress(support.trade(1))
        for bad in (good[:3], good[:-1], good + b"x", good[:4] + b"x" * 20):
            with self.assertRaises(ProtocolError):
                inflate(bad, 1 << 20)


class ColumnsOf(unittest.TestCase):
    raw = (
        support.trade(1, 1) + support.quote(2, 2) + support.trade(3, 3, size=-(2**63))
        + support.bar(4, 2, volume=-3 * 10**9, notional=2**70) + conflated(9)
        + support.trade(5, 1, flags=2)
    )  # fmt: skip

    def batch(self):
        (batch,) = scanner().scan(self.raw)
        return batch

    def test_columns_are_the_fields_of_the_records(self):
        batch = self.batch()
        trades = [e for e in batch if type(e) is Trade]
        columns = batch.columns("trade")
        self.assertEqual(list(columns["sequence"]), [1, 3, 5])
        self.assertEqual(list(columns["flags"]), [0, 0, 2])
        for name in ("price_e9", "size_e9", "time", "receive_time"):
            self.assertEqual(list(columns[name]), [getattr(e, name) for e in trades])
        self.assertEqual(columns.keys(), ["SYM1", "SYM3", "SYM1"])
        self.assertEqual(columns.scopes(), ["sim"] * 3)
        self.assertEqual([str(each) for each in columns.instruments()], columns.keys())
        self.assertEqual(list(batch.columns("conflated_trade")["trades"]), [3])
        bars = batch.columns("bar")
        self.assertEqual((bars["volume_e9"], bars["notional_e18"]), ([-3 * 10**9], [2**70]))
        self.assertIs(bars["volume_e9"], bars["volume_e9"])

    def test_the_kind_is_asked_for_where_there_are_several(self):
        with self.assertRaises(InvalidArgument):
            self.batch().columns()
        with self.assertRaises(InvalidArgument):
            self.batch().columns("nonsense")
        with self.assertRaises(KeyError):
            self.batch().columns("trade")["nonsense"]
        (one,) = scanner().scan(support.quote(1))
        self.assertEqual(one.columns().kind, "quote")

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not installed")
    def test_numpy(self):
        array = self.batch().to_numpy("trade")
        self.assertEqual(array["sequence"].tolist(), [1, 3, 5])
        self.assertEqual(array["price_e9"].tolist(), self.batch().columns("trade")["price_e9"])
        bars = self.batch().to_numpy("bar")
        self.assertEqual(bars["volume"].tolist(), [-3.0])
        self.assertAlmostEqual(bars["notional"][0], 2**70 / 1e18)

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "pandas is not installed")
    def test_pandas(self):
        frame = self.batch().to_pandas("trade")
        self.assertEqual(frame["instrument"].tolist(), ["SYM1", "SYM3", "SYM1"])
        self.assertEqual(frame["time"][0].value, support.START_TIME + 1)
        self.assertEqual(str(frame["time"][0].tz), "UTC")
        self.assertEqual(frame["size"].isna().tolist(), [False, True, False])
        self.assertEqual(frame["source"].tolist(), ["sim"] * 3)


class Presentation(unittest.TestCase):
    def test_every_kind_has_a_line_and_plain_values(self):
        raw = (
            ColumnsOf.raw + support.gap(6, 8) + support.position(7, 9, 1)
            + support.definition(9, 5, "x", sequence=20)
        )  # fmt: skip
        for event in events(scanner(show=Show.ALL), raw):
            self.assertIn("  ", str(event))
            self.assertNotIn("\n", str(event))
            self.assertEqual(event.to_dict()["kind"], event.kind.name.lower())
        trade = events(scanner(), support.trade(1, size=-(2**63)))[0]
        self.assertEqual(
            trade.to_dict(),
            {
                "kind": "trade", "sequence": 1, "flags": [], "source": "sim",
                "instrument": "SYM1", "price": "1.000000001",
                "time": "2023-11-14T22:13:20.000000001Z",
                "receive_time": "2023-11-14T22:13:20.000000006Z", "venue_sequence": 3,
                "side": "buy",
            },
        )  # fmt: skip
        self.assertEqual(
            present.line(trade),
            "22:13:20.000           1  trade.SYM1  1.000000001  size -  buy  sim",
        )


if __name__ == "__main__":
    unittest.main()
