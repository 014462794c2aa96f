"""The golden vectors of docs/protocol-vectors.json: bytes, and what they mean."""

import json
import os
import struct
import unittest

import support
from tickwire import encode, frames, layouts
from tickwire.describe import Identity
from tickwire.errors import ProtocolError
from tickwire.names import Instrument, Names
from tickwire.publication import Acknowledgement, encode_publish
from tickwire.records import Position
from tickwire.scanner import Scanner, deflate, inflate
from tickwire.subscription import Answer, Policy, StartCode, SubscribeRequest

PATH = os.environ.get("TICKWIRE_VECTORS") or os.path.join(
    support.REPOSITORY, "docs", "protocol-vectors.json"
)
LIMIT = 1 << 20
COUNTS = {
    "frames": 14, "records": 15, "requests": 8, "compressed": 3, "bad_frames": 21,
    "bad_records": 8, "bad_compressed": 6,
}  # fmt: skip

# Fields of vectors that are called otherwise here.
RENAMED = {
    "version text": "server_version", "name": "server", "client name": "client", "pid": "pid",
    "initial credit": "credit",
}  # fmt: skip
EVENT_NAMES = {
    "event time": "time", "venue sequence": "venue_sequence", "count": "ticks",
    "price": "price_e9", "size": "size_e9", "bid": "bid_e9", "ask": "ask_e9",
    "bid size": "bid_size_e9", "ask size": "ask_size_e9", "old price": "old_price_e9",
    "old size": "old_size_e9", "new price": "new_price_e9", "new size": "new_size_e9",
    "open": "open_e9", "high": "high_e9", "low": "low_e9", "close": "close_e9",
    "volume": "volume_e9", "notional": "notional_e18", "buy volume": "buy_volume_e9",
    "value": "value_e9", "threshold": "threshold_e9",
}  # fmt: skip


def load():
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)


class AnyName(dict):
    """A dictionary in which every id is defined: it stands for itself."""

    def __missing__(self, id):
        return id or None


def any_names():
    names = Names()
    for table in ("specs", "sources", "rules", "texts"):
        setattr(names, table, AnyName())
    names.instruments = AnyName()
    return names


def decode_frame(raw):
    decoder = frames.FrameDecoder(LIMIT)
    decoder.feed(raw)
    frame = decoder.next()
    if frame is None:
        raise AssertionError("half a frame")
    return frame, frames.decode_payload(frame)


@unittest.skipUnless(os.path.exists(PATH), f"no {PATH}; TICKWIRE_VECTORS names the file")
class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vectors = load()

    def test_all_kinds_of_vectors_are_there(self):
        for section, count in COUNTS.items():
            self.assertGreaterEqual(len(self.vectors[section]), count, section)

    def test_frames_decode_to_their_fields_and_encode_to_their_bytes(self):
        for vector in self.vectors["frames"]:
            with self.subTest(vector["name"]):
                raw = bytes.fromhex(vector["hex"])
                frame, decoded = decode_frame(raw)
                self.assertEqual(frame[:3], (vector["type"], vector["flags"], vector["stream"]))
                self.check_fields(vector["fields"], decoded, frame)
                payload = decoded
                if isinstance(decoded, int):
                    payload = decoded.to_bytes(len(frame.payload), "little")
                elif not isinstance(decoded, bytes):
                    payload = decoded.encode()
                self.assertEqual(frames.encode_frame(*frame[:3], payload), raw)

    def check_fields(self, fields, decoded, frame):
        for name, wanted in fields.items():
            if name in ("payload", "request", "details"):
                found = getattr(decoded, name, decoded)
                self.assertEqual(found.hex(), wanted, name)
            elif name in ("value", "bytes"):
                self.assertEqual(decoded, wanted, name)
            elif name == "magic":
                self.assertEqual(frame.payload[:4], wanted.encode())
            elif name == "metadata":
                self.assertEqual([list(pair) for pair in decoded.metadata], wanted)
            else:
                attribute = name.replace(" ", "_").replace("-", "_")
                if not hasattr(decoded, attribute) or name == "name":
                    attribute = RENAMED[name]
                self.assertEqual(getattr(decoded, attribute), wanted, name)

    def test_records_decode_to_their_fields(self):
        for vector in self.vectors["records"]:
            with self.subTest(vector["name"]):
                raw = bytes.fromhex(vector["hex"])
                head = layouts.head_at(raw, 0)
                self.assertEqual(head.size, len(raw))
                event = layouts.record_at(raw, 0, any_names())
                for name, wanted in vector["fields"].items():
                    self.assertEqual(self.field(event, head, name), wanted, name)

    def field(self, event, head, name):
        if name in ("sequence", "kind", "flags", "scope", "instrument"):
            return getattr(head, name)
        if type(event).__name__ == "ConflatedTrade" and name in layouts_of_range():
            return event[layouts_of_range()[name]]
        if name == "count" and type(event).__name__ == "Gap":
            return event.lost
        if name == "scope kind":
            scope = getattr(event, "scope", None)
            return int(scope) if scope is not None else int(event.spec is not None)
        if type(event).__name__ == "Definition" and event.instrument is not None:
            if name == "increment":
                return event.instrument.increment_e9
            if name not in ("id", "namespace", "text"):
                return getattr(event.instrument, name.replace(" ", "_"))
        attribute = EVENT_NAMES.get(name, name.replace(" ", "_"))
        value = getattr(event, attribute)
        return int(value) if isinstance(value, int) else value

    def test_ticks_decode_alike_by_columns_and_one_by_one(self):
        for vector in self.vectors["records"]:
            raw = bytes.fromhex(vector["hex"])
            kind, flags = vector["fields"]["kind"], vector["fields"]["flags"]
            if kind not in (1, 2) or len(raw) != 64 or flags & 8:
                continue
            with self.subTest(vector["name"]):
                scanner = Scanner(Position(7, 0))
                scanner.names = any_names()
                (batch,) = scanner.scan(raw)
                self.assertEqual(list(batch), [layouts.record_at(raw, 0, any_names())])
                columns = batch.columns()
                for name, wanted in vector["fields"].items():
                    if name != "kind":
                        self.assertEqual(
                            columns[EVENT_NAMES.get(name, name.replace(" ", "_"))][0], wanted, name
                        )

    def test_records_that_publishers_write_have_the_bytes_of_the_vectors(self):
        written = 0
        for vector in self.vectors["records"]:
            raw, fields = bytes.fromhex(vector["hex"]), vector["fields"]
            with self.subTest(vector["name"]):
                record = write(fields, raw)
                if record is not None:
                    self.assertEqual(record.hex(), raw.hex())
                    written += 1
        self.assertGreaterEqual(written, 8)

    def test_requests(self):
        found = {vector["name"]: vector for vector in self.vectors["requests"]}
        for name, vector in found.items():
            with self.subTest(name):
                self.check_request(name, bytes.fromhex(vector["hex"]), vector["fields"])

    def check_request(self, name, raw, fields):
        if name.startswith("subscribe request"):
            request = SubscribeRequest(
                tuple(fields["subjects"]), Policy(fields["policy"]), StartCode(fields["start"]),
                fields["epoch"], fields["from"], bool(fields["flags"] & 1),
                bool(fields["flags"] & 2), fields["conflation interval"],
                fields["flush interval"],
            )  # fmt: skip
            self.assertEqual(request.encode().hex(), raw.hex())
        elif name == "subscribe answer":
            self.assertEqual(list(Answer.decode(raw)), self.values(fields, "warnings"))
        elif name == "subscription.update request":
            self.assertEqual(struct.pack("<IIQQ", fields["stream"], 0, 2**64 - 1, 5), raw)
        elif name == "subscription.update reply":
            self.assertEqual(struct.unpack("<QQ", raw), tuple(fields.values()))
        elif name == "publish request":
            self.assertEqual(encode_publish(fields["name"], fields["instance"]).hex(), raw.hex())
        elif name == "publish acknowledgement":
            self.assertEqual(list(Acknowledgement.decode(raw)), self.values(fields, "rejects"))
        elif name == "authenticate reply":
            identity = Identity.decode(raw)
            self.assertEqual((identity.name, int(identity.rights)), tuple(fields.values()))
        else:
            self.fail(f"no test for {name}")

    def values(self, fields, last):
        order = [value for key, value in fields.items() if key != last]
        items = fields[last]
        return order + [tuple(tuple(x) if isinstance(x, list) else x for x in items)]

    def test_compressed_frames_inflate_to_their_records(self):
        for vector in self.vectors["compressed"]:
            with self.subTest(vector["name"]):
                records = bytes.fromhex(vector["records"])
                self.assertEqual(inflate(bytes.fromhex(vector["payload"]), LIMIT), records)
                self.assertEqual(inflate(deflate(records), LIMIT), records)
                Scanner(Position(7, 0)).scan(records)

    def test_bad_frames_are_refused(self):
        for vector in self.vectors["bad_frames"]:
            with self.subTest(vector["name"]), self.assertRaises(ProtocolError):
                decode_frame(bytes.fromhex(vector["hex"]))

    def test_bad_records_are_refused(self):
        for vector in self.vectors["bad_records"]:
            with self.subTest(vector["name"]), self.assertRaises(ProtocolError):
                Scanner(Position(7, 0)).scan(bytes.fromhex(vector["hex"]))

    def test_bad_compressed_payloads_are_refused(self):
        for vector in self.vectors["bad_compressed"]:
            with self.subTest(vector["name"]), self.assertRaises(ProtocolError):
                inflate(bytes.fromhex(vector["hex"]), LIMIT)


def layouts_of_range():
    return {"first": 10, "high": 11, "low": 12, "volume": 13, "count": 14}


def write(fields, raw):
    """The record of some fields, as a publisher writes it; None when publishers write no such."""
    kind, values = fields["kind"], list(fields.values())
    front = [fields["sequence"], fields["flags"], fields["scope"], fields["instrument"]]
    if kind == 1 and not fields["flags"] & 8:
        return encode.trade(*front, *values[5:])
    if kind == 2:
        return encode.quote(*front, *values[5:])
    if kind == 3:
        state, reason, *others = values[5:]
        return encode.bar(*front, state, *others, reason)
    if kind == 5:
        return encode.correction(*front, *values[5:])
    if kind == 6:
        scope_kind = fields["scope kind"]
        return encode.watermark(
            front[0], front[1], front[2], scope_kind, fields["start"], fields["end"],
            fields["bars"], fields["empty"],
        )  # fmt: skip
    if kind == 8:
        return encode.status(*front, *values[5:])
    if kind == 9:
        instrument = None
        if fields["namespace"] == 1:
            instrument = Instrument(
                fields["id"], fields["text"], symbol=fields["symbol"], venue=fields["venue"],
                currency=fields["currency"], calendar=fields["calendar"], name=fields["name"],
                price_precision=fields["price precision"],
                size_precision=fields["size precision"], increment_e9=fields["increment"],
            )  # fmt: skip
        return encode.definition(
            fields["id"], fields["namespace"], fields["text"], instrument, fields["sequence"]
        )
    return None


if __name__ == "__main__":
    unittest.main()
