"""The bytes of frames and records, written apart from the client: it shares none of its code."""

import struct
import zlib

HELLO, ACK, CALL, MESSAGE, STATUS, CANCEL, CREDIT, PING, PONG, GOAWAY, DATA = range(1, 12)
UNDEFINED = -(2**63)
START_TIME = 1_700_000_000_000_000_000


def frame(kind, flags, stream, payload=b""):
    return struct.pack("<IBBHI", len(payload), kind, flags, 0, stream) + payload


def text(value):
    raw = value.encode()
    return struct.pack("<H", len(raw)) + raw


def hello_ack(
    *, version=1, capabilities=3, frame_limit=1 << 20, streams=256, credit=16 << 20,
    interval=15_000, timeout=10_000, epoch=7,
):  # fmt: skip
    return frame(
        ACK, 0, 0,
        struct.pack(
            "<HHQIIIIIIQ", version, 0, capabilities, frame_limit, streams, credit, interval,
            timeout, 4242, epoch,
        )
        + text("fake") + text("1.0"),
    )  # fmt: skip


def status(stream, code, message="", hint="", details=b""):
    return frame(STATUS, 0, stream, bytes((code, 0)) + text(message) + text(hint) + details)


def goaway(last, code, why):
    return frame(GOAWAY, 0, 0, struct.pack("<IBB", last, code, 0) + text(why))


def head(sequence, size, kind, flags=0, scope=1, instrument=0, version=1):
    word = sequence | (size // 8) << 48 | version << 56
    return struct.pack("<QBBHI", word, kind, flags, scope, instrument)


def trade(sequence, instrument=1, price=None, flags=0, size=10**9, scope=1, side=1):
    price = 10**9 + sequence if price is None else price
    moment = START_TIME + sequence
    body = struct.pack("<qqqqQQ", price, size, moment, moment + 5, sequence * 3, side)
    return head(sequence, 64, 1, flags, scope, instrument) + body


def quote(sequence, instrument=1, bid=10**9, ask=10**9 + 1, flags=0):
    moment = START_TIME + sequence
    body = struct.pack("<qqqqqq", bid, ask, moment, moment + 5, 3 * 10**9, 4 * 10**9)
    return head(sequence, 64, 2, flags, 1, instrument) + body


def bar(sequence, instrument=1, spec=1, volume=0, notional=0, state=1, flags=0):
    body = struct.pack("<BxHI", state, 2, 17)
    body += struct.pack("<qqqqqq", START_TIME, START_TIME + 60 * 10**9, 1, 4, 0, 3)
    body += volume.to_bytes(16, "little", signed=True)
    body += notional.to_bytes(16, "little", signed=True)
    return head(sequence, 128, 3, flags, spec, instrument) + body + struct.pack("<qQQ", 5, 1, 9)


def position(epoch, following, flags=0):
    body = struct.pack("<QQq", epoch, following, START_TIME)
    return (head(0, 64, 128, flags, 0) + body).ljust(64, b"\0")


def gap(first, last, count=None, reason=6, sequence=0, subscriber=0):
    lost = last - first + 1 if count is None else count
    body = struct.pack("<QQQqBxxxI", first, last, lost, START_TIME, reason, subscriber)
    return (head(sequence, 64, 7, 0, 0) + body).ljust(64, b"\0")


def definition(id, namespace, name, sequence=0, flags=0, **more):
    texts = text(name)
    if namespace == 1:
        for key in ("symbol", "venue", "currency", "calendar", "name"):
            texts += text(more.get(key, name if key == "symbol" else ""))
    body = struct.pack("<IBBBxq", id, namespace, 5, 0, 10**4) + texts
    size = -(-(16 + len(body)) // 64) * 64
    instrument = id if namespace == 1 else 0
    return (head(sequence, size, 9, flags, 0, instrument) + body).ljust(size, b"\0")


def compress(records):
    rows = len(records) // 64
    raw = b"".join(bytes(records[c : 64 * rows : 64]) for c in range(64)) + records[64 * rows :]
    return struct.pack("<I", len(records)) + zlib.compress(raw)


def parse_frames(data):
    """All frames of some bytes, which must be whole."""
    frames = []
    while data:
        length, kind, flags, reserved, stream = struct.unpack_from("<IBBHI", data)
        assert not reserved and len(data) >= 12 + length, "half a frame"
        frames.append((kind, flags, stream, data[12 : 12 + length]))
        data = data[12 + length :]
    return frames
