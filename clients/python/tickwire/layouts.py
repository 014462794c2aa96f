"""How records lie on the wire: least sizes, fields, and how one record becomes a tuple."""

from __future__ import annotations

import struct
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Tuple

from .errors import ProtocolError
from .names import Instrument, Names, Namespace
from .records import (
    Alert, AlertState, Bar, BarReason, BarState, Command, ConflatedTrade, Correction, Definition,
    Event, Gap, GapReason, Kind, PositionEvent, Quote, ScopeKind, StatusCode, StatusEvent,
    TimeEvent, Trade, Watermark,
)  # fmt: skip

VERSION = 1
HEAD_SIZE = 16
MAXIMUM_SEQUENCE = 2**48 - 1
CONFLATED = 8
SNAPSHOT = 16

LEAST_SIZES: Mapping[int, int] = {
    1: 64, 2: 64, 3: 128, 4: 128, 5: 64, 6: 64, 7: 64, 8: 64, 9: 64, 10: 64, 11: 64, 128: 64,
}  # fmt: skip
CONFLATED_TRADE_SIZE = 128


class Head(NamedTuple):
    """The first 16 bytes of every record."""

    sequence: int
    size: int
    version: int
    kind: int
    flags: int
    scope: int
    instrument: int


_HEAD = struct.Struct("<QBBHI")


def head_at(buffer: bytes, offset: int) -> Head:
    """The head of the record at ``offset``."""
    word, kind, flags, scope, instrument = _HEAD.unpack_from(buffer, offset)
    return Head(
        word & MAXIMUM_SEQUENCE, (word >> 48 & 0xFF) * 8, word >> 56, kind, flags, scope, instrument
    )


class Field(NamedTuple):
    """A field as a column: ``code`` is that of `struct`, or ``u48``, ``i128``."""

    name: str
    offset: int
    code: str


def _fields(*rows: Tuple[int, str, str]) -> Tuple[Field, ...]:
    head = (
        Field("sequence", 0, "u48"), Field("flags", 9, "B"), Field("scope", 10, "H"),
        Field("instrument", 12, "I"),
    )  # fmt: skip
    return head + tuple(Field(name, offset, code) for offset, code, name in rows)


_TRADE = (
    (16, "q", "price_e9"), (24, "q", "size_e9"), (32, "q", "time"), (40, "q", "receive_time"),
    (48, "Q", "venue_sequence"), (56, "B", "side"),
)  # fmt: skip

COLUMNS: Mapping[str, Tuple[int, Tuple[Field, ...]]] = {
    "trade": (Kind.TRADE, _fields(*_TRADE)),
    "conflated_trade": (
        Kind.TRADE,
        _fields(
            *_TRADE, (64, "q", "first_e9"), (72, "q", "high_e9"), (80, "q", "low_e9"),
            (88, "i128", "volume_e9"), (104, "Q", "trades"),
        ),
    ),
    "quote": (
        Kind.QUOTE,
        _fields(
            (16, "q", "bid_e9"), (24, "q", "ask_e9"), (32, "q", "time"),
            (40, "q", "receive_time"), (48, "q", "bid_size_e9"), (56, "q", "ask_size_e9"),
        ),
    ),
    "bar": (
        Kind.BAR,
        _fields(
            (16, "B", "state"), (17, "B", "reason"), (18, "H", "revision"), (20, "I", "ticks"),
            (24, "q", "start"), (32, "q", "end"), (40, "q", "open_e9"), (48, "q", "high_e9"),
            (56, "q", "low_e9"), (64, "q", "close_e9"), (72, "i128", "volume_e9"),
            (88, "i128", "notional_e18"), (104, "q", "buy_volume_e9"),
            (112, "Q", "first_sequence"), (120, "Q", "last_sequence"),
        ),
    ),
}  # fmt: skip
"""The kinds that come in masses, for columns, numpy and pandas."""


def _wide(low: int, high: int) -> int:
    return low | high << 64


_TRADE_BODY = struct.Struct("<qqqqqQ")
_RANGE_BODY = struct.Struct("<qqqQqQ")
_QUOTE_BODY = struct.Struct("<qqqqqq")
_BAR_BODY = struct.Struct("<BBHIqqqqqqQqQqqQQ")
_ALERT_BODY = struct.Struct("<BBxxIIIqqqqQ")
_CORRECTION_BODY = struct.Struct("<Qqqqqq")
_WATERMARK_BODY = struct.Struct("<qqIIB")
_GAP_BODY = struct.Struct("<QQQqBxxxI")
_STATUS_BODY = struct.Struct("<qIIBBB")
_DEFINITION_BODY = struct.Struct("<IBBBxq")
_TIME_BODY = struct.Struct("<q")
_COMMAND_BODY = struct.Struct("<qIIQ")
_POSITION_BODY = struct.Struct("<QQq")


def _known(table: Mapping[int, Any], id: int, what: str) -> Any:
    try:
        return table[id]
    except KeyError:
        raise ProtocolError(f"{what} of a record", "an id that was defined", id) from None


def _source(head: Head, names: Names) -> Optional[str]:
    return _known(names.sources, head.scope, "source")  # type: ignore[no-any-return]


def _instrument(head: Head, names: Names) -> Optional[Instrument]:
    return _known(names.instruments, head.instrument, "instrument")  # type: ignore[no-any-return]


def _text(names: Names, id: int, what: str) -> Optional[str]:
    return _known(names.texts, id, what)  # type: ignore[no-any-return]


def _trade(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    fields = _TRADE_BODY.unpack_from(buffer, body)
    front = (head.sequence, head.flags, _source(head, names), _instrument(head, names))
    if not head.flags & CONFLATED:
        return Trade(*front, *fields)
    first, high, low, volume_low, volume_high, trades = _RANGE_BODY.unpack_from(buffer, body + 48)
    return tuple.__new__(
        ConflatedTrade,
        front + fields + (first, high, low, _wide(volume_low, volume_high), trades),
    )


def _quote(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    fields = _QUOTE_BODY.unpack_from(buffer, body)
    return Quote(head.sequence, head.flags, _source(head, names), _instrument(head, names), *fields)


def _bar(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    (
        state, reason, revision, ticks, start, end, opening, high, low, close,
        volume_low, volume_high, notional_low, notional_high, buy_volume, first, last,
    ) = _BAR_BODY.unpack_from(buffer, body)  # fmt: skip
    return Bar(
        head.sequence, head.flags, _known(names.specs, head.scope, "spec"),
        _instrument(head, names), BarState(state), revision, ticks, start, end, opening, high,
        low, close, _wide(volume_low, volume_high), _wide(notional_low, notional_high),
        buy_volume, first, last, BarReason(reason),
    )  # fmt: skip


def _alert(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    state, severity, rule, generation, reason, *rest = _ALERT_BODY.unpack_from(buffer, body)
    return Alert(
        head.sequence, head.flags, _source(head, names), _instrument(head, names),
        AlertState(state), severity, _known(names.rules, rule, "rule"), generation,
        _text(names, reason, "reason"), *rest,
    )  # fmt: skip


def _correction(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    fields = _CORRECTION_BODY.unpack_from(buffer, body)
    return Correction(
        head.sequence, head.flags, _source(head, names), _instrument(head, names), *fields
    )


def _watermark(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    start, end, bars, empty, scope = _WATERMARK_BODY.unpack_from(buffer, body)
    source = _source(head, names) if scope == 0 else None
    spec = _known(names.specs, head.scope, "spec") if scope == 1 else None
    return Watermark(head.sequence, head.flags, source, spec, start, end, bars, empty)


def _gap(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    first, last, lost, time, reason, subscriber = _GAP_BODY.unpack_from(buffer, body)
    return Gap(
        head.sequence, head.flags, first, last, lost, time, GapReason(reason),
        _text(names, subscriber, "subscriber"),
    )  # fmt: skip


def _status(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    time, subject, reason, scope, code, previous = _STATUS_BODY.unpack_from(buffer, body)
    return StatusEvent(
        head.sequence, head.flags, _source(head, names), _instrument(head, names), time,
        _text(names, subject, "subject"), _text(names, reason, "reason"), ScopeKind(scope),
        StatusCode(code), StatusCode(previous),
    )  # fmt: skip


def definition_at(buffer: bytes, offset: int, head: Head) -> Definition:
    """A definition with its texts; ProtocolError when they do not fit into the record."""
    id, namespace, price_precision, size_precision, increment = _DEFINITION_BODY.unpack_from(
        buffer, offset + HEAD_SIZE
    )
    texts = _texts(buffer, offset + 32, offset + head.size, namespace == Namespace.INSTRUMENT)
    instrument = None
    if namespace == Namespace.INSTRUMENT:
        key, symbol, venue, currency, calendar, name = texts
        instrument = Instrument(
            id, key, symbol=symbol, venue=venue, currency=currency, calendar=calendar, name=name,
            price_precision=price_precision, size_precision=size_precision,
            increment_e9=increment,
        )  # fmt: skip
    return Definition(head.sequence, head.flags, id, namespace, texts[0], instrument)


def _texts(buffer: bytes, start: int, end: int, instrument: bool) -> Tuple[str, ...]:
    texts = []
    for _ in range(6 if instrument else 1):
        following = start + 2 + int.from_bytes(buffer[start : start + 2], "little")
        if following > end:
            raise ProtocolError("text of a definition", "one within its record", "a longer one")
        try:
            texts.append(str(buffer[start + 2 : following], "utf-8"))
        except UnicodeDecodeError:
            raise ProtocolError("text of a definition", "valid UTF-8", "other bytes") from None
        start = following
    return tuple(texts)


def _definition(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    return definition_at(buffer, body - HEAD_SIZE, head)


def _time(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    return TimeEvent(head.sequence, head.flags, *_TIME_BODY.unpack_from(buffer, body))


def _command(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    time, plugin, command, token = _COMMAND_BODY.unpack_from(buffer, body)
    return Command(
        head.sequence, head.flags, time, _text(names, plugin, "plugin"),
        _text(names, command, "command"), token,
    )  # fmt: skip


def _position(buffer: bytes, body: int, head: Head, names: Names) -> Event:
    return PositionEvent(head.sequence, head.flags, *_POSITION_BODY.unpack_from(buffer, body))


_DECODERS: Dict[int, Callable[[bytes, int, Head, Names], Event]] = {
    Kind.TRADE: _trade, Kind.QUOTE: _quote, Kind.BAR: _bar, Kind.ALERT: _alert,
    Kind.CORRECTION: _correction, Kind.WATERMARK: _watermark, Kind.GAP: _gap,
    Kind.STATUS: _status, Kind.DEFINITION: _definition, Kind.TIME: _time,
    Kind.COMMAND: _command, Kind.POSITION: _position,
}  # fmt: skip


def record_at(buffer: bytes, offset: int, names: Names) -> Optional[Event]:
    """The record at ``offset``; None when its kind or version is not known."""
    head = head_at(buffer, offset)
    decode = _DECODERS.get(head.kind)
    if decode is None or head.version != VERSION:
        return None
    return decode(buffer, offset + HEAD_SIZE, head, names)
