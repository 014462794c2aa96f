"""Frames: the header, what each frame carries, and a decoder that takes bytes in any pieces."""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass
from typing import List, NamedTuple, Optional, Tuple, Union

from .errors import ProtocolError

HEADER = struct.Struct("<IBBHI")
HEADER_SIZE = HEADER.size
VERSION = 1
MAGIC = b"TKWR"
MINIMUM_FRAME_LIMIT = 16_384
HANDSHAKE_LIMIT = 4_096
MAXIMUM_STREAM = 2**32 - 1
MOST_PAIRS = 64

CAPABILITY_DATA = 1
CAPABILITY_ZLIB = 2

FLAG_UNARY = 1  # of a call
FLAG_END = 1  # of a message
FLAG_COMPRESSED = 1  # of data
FLAG_DATA_END = 2  # of data, from the client


class FrameType(enum.IntEnum):
    HELLO = 1
    HELLO_ACK = 2
    CALL = 3
    MESSAGE = 4
    STATUS = 5
    CANCEL = 6
    CREDIT = 7
    PING = 8
    PONG = 9
    GOAWAY = 10
    DATA = 11


# Flags that a frame may have, and whether it belongs to a call; by type.
_RULES = {
    1: (0, False), 2: (0, False), 3: (FLAG_UNARY, True), 4: (FLAG_END, True), 5: (0, True),
    6: (0, True), 7: (0, True), 8: (0, False), 9: (0, False), 10: (0, False),
    11: (FLAG_COMPRESSED | FLAG_DATA_END, True),
}  # fmt: skip


class Frame(NamedTuple):
    type: int
    flags: int
    stream: int
    payload: bytes


def encode_frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """A frame with its header."""
    return HEADER.pack(len(payload), kind, flags, 0, stream) + payload


class FrameDecoder:
    """Cuts a byte stream into frames. It keeps at most one frame, and never more than its limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept = bytearray()
        self._start = 0

    @property
    def buffered(self) -> int:
        """Bytes of a frame that is not complete."""
        return len(self._kept) - self._start

    def feed(self, data: bytes) -> None:
        """Takes what came in; `next` gives the frames."""
        if self._start:
            del self._kept[: self._start]
            self._start = 0
        self._kept += data

    def next(self) -> Optional[Frame]:
        """The next whole frame, or None; ProtocolError at a header that is not allowed."""
        start = self._start
        if len(self._kept) - start < HEADER_SIZE:
            return None
        length, kind, flags, reserved, stream = HEADER.unpack_from(self._kept, start)
        self._check(length, kind, flags, reserved, stream)
        first = start + HEADER_SIZE
        last = first + length
        if len(self._kept) < last:
            return None
        with memoryview(self._kept) as view:
            payload = bytes(view[first:last])
        self._start = last
        return Frame(kind, flags, stream, payload)

    def _check(self, length: int, kind: int, flags: int, reserved: int, stream: int) -> None:
        if length > self.limit:
            raise ProtocolError("frame length", f"at most {self.limit} bytes", length)
        rule = _RULES.get(kind)
        if rule is None:
            raise ProtocolError("frame type", "1 to 11", kind)
        name = FrameType(kind).name.lower()
        if flags & ~rule[0]:
            raise ProtocolError(f"flags of {name}", f"bits of {rule[0]:#x} only", f"{flags:#x}")
        if reserved:
            raise ProtocolError(f"reserved field of {name}", 0, reserved)
        if rule[1] and not stream:
            raise ProtocolError(f"stream of {name}", "the id of a call", 0)
        if not rule[1] and stream:
            raise ProtocolError(f"stream of {name}", 0, stream)


class Reader:
    """Takes fields off a payload; ProtocolError names the field that is not there."""

    def __init__(self, data: bytes, what: str) -> None:
        self.data = data
        self.offset = 0
        self.what = what

    @property
    def remaining(self) -> int:
        return len(self.data) - self.offset

    def _number(self, size: int, name: str) -> int:
        return int.from_bytes(self.take(size, name), "little")

    def u8(self, name: str) -> int:
        return self._number(1, name)

    def u16(self, name: str) -> int:
        return self._number(2, name)

    def u32(self, name: str) -> int:
        return self._number(4, name)

    def u64(self, name: str) -> int:
        return self._number(8, name)

    def take(self, size: int, name: str) -> bytes:
        """The next ``size`` bytes."""
        end = self.offset + size
        if end > len(self.data):
            raise ProtocolError(
                f"{name} of {self.what}", f"{size} bytes", f"{self.remaining} that are left"
            )
        taken = self.data[self.offset : end]
        self.offset = end
        return taken

    def text(self, name: str) -> str:
        """A counted text."""
        raw = self.take(self.u16(f"length of {name}"), name)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise ProtocolError(f"{name} of {self.what}", "valid UTF-8", raw[:32].hex()) from None

    def rest(self) -> bytes:
        taken = self.data[self.offset :]
        self.offset = len(self.data)
        return taken

    def zero(self, size: int, name: str) -> None:
        """A reserved field."""
        found = self._number(size, name)
        if found:
            raise ProtocolError(f"{name} of {self.what}", 0, found)

    def end(self) -> None:
        if self.remaining:
            raise ProtocolError(f"end of {self.what}", "no more bytes", self.remaining)


def encode_text(text: str) -> bytes:
    """A counted text; ValueError when it is longer than the count can say."""
    raw = text.encode("utf-8")
    if len(raw) > 0xFFFF:
        raise ValueError(f"expected a text of at most 65535 bytes, found {len(raw)}")
    return len(raw).to_bytes(2, "little") + raw


@dataclass(frozen=True)
class Hello:
    """What the client offers."""

    least_version: int
    highest_version: int
    capabilities: int
    frame_limit: int
    client: str

    def encode(self) -> bytes:
        return (
            MAGIC
            + struct.pack(
                "<HHQI",
                self.least_version,
                self.highest_version,
                self.capabilities,
                self.frame_limit,
            )
            + encode_text(self.client)
        )

    @classmethod
    def decode(cls, payload: bytes) -> Hello:
        reader = Reader(payload, "hello")
        magic = reader.take(4, "magic")
        if magic != MAGIC:
            raise ProtocolError("magic of hello", MAGIC.hex(), magic.hex())
        hello = cls(
            reader.u16("least version"),
            reader.u16("highest version"),
            reader.u64("capabilities"),
            reader.u32("frame limit"),
            reader.text("client name"),
        )
        if hello.highest_version < hello.least_version:
            raise ProtocolError(
                "highest version of hello", f"{hello.least_version} or more", hello.highest_version
            )
        _check_frame_limit(hello.frame_limit, "hello")
        return hello


@dataclass(frozen=True)
class HelloAck:
    """What was agreed, and who the server is."""

    version: int
    capabilities: int
    frame_limit: int
    streams: int
    credit: int
    keep_alive_interval: int
    keep_alive_timeout: int
    pid: int
    epoch: int
    server: str
    server_version: str

    def encode(self) -> bytes:
        return (
            struct.pack(
                "<HHQIIIIIIQ",
                self.version,
                0,
                self.capabilities,
                self.frame_limit,
                self.streams,
                self.credit,
                self.keep_alive_interval,
                self.keep_alive_timeout,
                self.pid,
                self.epoch,
            )
            + encode_text(self.server)
            + encode_text(self.server_version)
        )

    @classmethod
    def decode(cls, payload: bytes) -> HelloAck:
        reader = Reader(payload, "helloAck")
        version = reader.u16("version")
        reader.zero(2, "reserved field")
        ack = cls(
            version,
            reader.u64("capabilities"),
            reader.u32("frame limit"),
            reader.u32("streams"),
            reader.u32("credit"),
            reader.u32("keep-alive interval"),
            reader.u32("keep-alive timeout"),
            reader.u32("pid"),
            reader.u64("epoch"),
            reader.text("name"),
            reader.text("version text"),
        )
        _check_frame_limit(ack.frame_limit, "helloAck")
        return ack


def _check_frame_limit(limit: int, what: str) -> None:
    if limit < MINIMUM_FRAME_LIMIT:
        raise ProtocolError(f"frame limit of {what}", f"at least {MINIMUM_FRAME_LIMIT}", limit)


@dataclass(frozen=True)
class CallHead:
    """How a call begins."""

    method: str
    request: bytes
    timeout: int = 0
    credit: int = 0
    metadata: Tuple[Tuple[str, str], ...] = ()

    def encode(self) -> bytes:
        """ValueError when a field is over the limit of the protocol."""
        method = self.method.encode("utf-8")
        if not 1 <= len(method) <= 255:
            raise ValueError(f"method: expected 1 to 255 bytes, found {len(method)}")
        if len(self.metadata) > MOST_PAIRS:
            found = len(self.metadata)
            raise ValueError(f"metadata: expected at most {MOST_PAIRS} pairs, found {found}")
        parts: List[bytes] = [
            struct.pack("<QIH", self.timeout, self.credit, len(self.metadata)),
            encode_text(self.method),
        ]
        for pair in self.metadata:
            for text in pair:
                encoded = encode_text(text)
                if len(encoded) > 4_096 + 2:
                    raise ValueError(f"metadata {pair[0][:40]!r}: expected at most 4096 bytes")
                parts.append(encoded)
        parts.append(self.request)
        return b"".join(parts)

    @classmethod
    def decode(cls, payload: bytes) -> CallHead:
        reader = Reader(payload, "call")
        timeout, credit = reader.u64("timeout"), reader.u32("initial credit")
        pairs = reader.u16("pairs")
        if pairs > MOST_PAIRS:
            raise ProtocolError("pairs of call", f"at most {MOST_PAIRS}", pairs)
        method = reader.text("method")
        if not 1 <= len(method.encode("utf-8")) <= 255:
            raise ProtocolError("method of call", "1 to 255 bytes", len(method.encode("utf-8")))
        metadata = tuple((reader.text("key"), reader.text("value")) for _ in range(pairs))
        return cls(method, reader.rest(), timeout, credit, metadata)


@dataclass(frozen=True)
class Status:
    """How a call ended."""

    code: int
    message: str
    hint: str
    details: bytes = b""

    def encode(self) -> bytes:
        head = bytes((self.code, 0))
        return head + encode_text(self.message) + encode_text(self.hint) + self.details

    @classmethod
    def decode(cls, payload: bytes) -> Status:
        reader = Reader(payload, "status")
        code = reader.u8("code")
        if code > 16:
            raise ProtocolError("code of status", "0 to 16", code)
        reader.zero(1, "reserved field")
        return cls(code, reader.text("message"), reader.text("hint"), reader.rest())


@dataclass(frozen=True)
class Goaway:
    """No more calls."""

    last_stream: int
    code: int
    text: str

    def encode(self) -> bytes:
        return struct.pack("<IBB", self.last_stream, self.code, 0) + encode_text(self.text)

    @classmethod
    def decode(cls, payload: bytes) -> Goaway:
        reader = Reader(payload, "goaway")
        last, code = reader.u32("last stream"), reader.u8("code")
        reader.zero(1, "reserved field")
        goaway = cls(last, code, reader.text("text"))
        reader.end()
        return goaway


def decode_number(payload: bytes, size: int, what: str) -> int:
    """The one number of a ping, pong or credit."""
    if len(payload) != size:
        raise ProtocolError(f"payload of {what}", f"{size} bytes", len(payload))
    return int.from_bytes(payload, "little")


def decode_payload(frame: Frame) -> Union[Hello, HelloAck, CallHead, Status, Goaway, int, bytes]:
    """What any frame carries: a number for credit, ping and pong, bytes for messages and data."""
    kind, payload = frame.type, frame.payload
    if kind == FrameType.HELLO:
        return Hello.decode(payload)
    if kind == FrameType.HELLO_ACK:
        return HelloAck.decode(payload)
    if kind == FrameType.CALL:
        return CallHead.decode(payload)
    if kind == FrameType.STATUS:
        return Status.decode(payload)
    if kind == FrameType.GOAWAY:
        return Goaway.decode(payload)
    if kind == FrameType.CREDIT:
        credit = decode_number(payload, 4, "credit")
        if not credit:
            raise ProtocolError("credit", "1 or more", 0)
        return credit
    if kind in (FrameType.PING, FrameType.PONG):
        return decode_number(payload, 8, FrameType(kind).name.lower())
    if kind == FrameType.CANCEL and payload:
        raise ProtocolError("payload of cancel", "none", f"{len(payload)} bytes")
    return payload
