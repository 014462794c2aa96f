"""Records as a publisher writes them."""

from __future__ import annotations

import struct
from typing import Optional, Union

from .errors import InvalidArgument
from .fixed import UNDEFINED, Number, units_of
from .layouts import MAXIMUM_SEQUENCE, VERSION
from .names import Instrument, Namespace
from .records import Kind, Side

_TICK_WORD = 8 << 48 | VERSION << 56
_BAR_WORD = 16 << 48 | VERSION << 56
_TRADE = struct.Struct("<QBBHIqqqqQQ")
_QUOTE = struct.Struct("<QBBHIqqqqqq")
_BAR = struct.Struct("<QBBHIBBHIqqqqqqQqQqqQQ")
_CORRECTION = struct.Struct("<QBBHIQqqqqq")
_WATERMARK = struct.Struct("<QBBHIqqIIB23x")
_STATUS = struct.Struct("<QBBHIqIIBBB29x")
_DEFINITION = struct.Struct("<QBBHIIBBBxq")
_LOW = 2**64 - 1

_TEXT_LIMITS = (512, 512, 256, 64, 64, 512)
CUT = 1


def trade(
    sequence: int, flags: int, source: int, instrument: int, price: int, size: int, time: int,
    receive_time: int, venue_sequence: int, side: int,
) -> bytes:  # fmt: skip
    """A trade of 64 bytes; numbers in units of 10⁻⁹, ids as defined."""
    try:
        return _TRADE.pack(
            _TICK_WORD | sequence, Kind.TRADE, flags, source, instrument, price, size, time,
            receive_time, venue_sequence, side,
        )  # fmt: skip
    except struct.error as error:
        raise InvalidArgument(f"trade: {error}") from None


def quote(
    sequence: int, flags: int, source: int, instrument: int, bid: int, ask: int, time: int,
    receive_time: int, bid_size: int, ask_size: int,
) -> bytes:  # fmt: skip
    """A quote of 64 bytes."""
    try:
        return _QUOTE.pack(
            _TICK_WORD | sequence, Kind.QUOTE, flags, source, instrument, bid, ask, time,
            receive_time, bid_size, ask_size,
        )  # fmt: skip
    except struct.error as error:
        raise InvalidArgument(f"quote: {error}") from None


def bar(
    sequence: int, flags: int, spec: int, instrument: int, state: int, revision: int, ticks: int,
    start: int, end: int, open: int, high: int, low: int, close: int, volume: int, notional: int,
    buy_volume: int, first_sequence: int, last_sequence: int, reason: int = 0,
) -> bytes:  # fmt: skip
    """A bar of 128 bytes; volume in 10⁻⁹, notional in 10⁻¹⁸, both 128 bits wide."""
    try:
        return _BAR.pack(
            _BAR_WORD | sequence, Kind.BAR, flags, spec, instrument, state, reason, revision,
            ticks, start, end, open, high, low, close, volume & _LOW, volume >> 64, notional & _LOW,
            notional >> 64, buy_volume, first_sequence, last_sequence,
        )  # fmt: skip
    except struct.error as error:
        raise InvalidArgument(f"bar: {error}") from None


def correction(
    sequence: int, flags: int, source: int, instrument: int, target: int, old_time: int,
    old_price: int, old_size: int, new_price: int, new_size: int,
) -> bytes:  # fmt: skip
    try:
        return _CORRECTION.pack(
            _TICK_WORD | sequence, Kind.CORRECTION, flags, source, instrument, target, old_time,
            old_price, old_size, new_price, new_size,
        )  # fmt: skip
    except struct.error as error:
        raise InvalidArgument(f"correction: {error}") from None


def watermark(
    sequence: int, flags: int, scope: int, scope_kind: int, start: int, end: int, bars: int,
    empty: int,
) -> bytes:  # fmt: skip
    try:
        return _WATERMARK.pack(
            _TICK_WORD | sequence, Kind.WATERMARK, flags, scope, 0, start, end, bars, empty,
            scope_kind,
        )  # fmt: skip
    except struct.error as error:
        raise InvalidArgument(f"watermark: {error}") from None


def status(
    sequence: int, flags: int, source: int, instrument: int, time: int, subject: int, reason: int,
    scope_kind: int, code: int, previous: int,
) -> bytes:  # fmt: skip
    try:
        return _STATUS.pack(
            _TICK_WORD | sequence, Kind.STATUS, flags, source, instrument, time, subject, reason,
            scope_kind, code, previous,
        )  # fmt: skip
    except struct.error as error:
        raise InvalidArgument(f"status: {error}") from None


def _cut(text: str, limit: int) -> bytes:
    raw = text.encode("utf-8")
    return raw if len(raw) <= limit else raw[:limit].decode("utf-8", "ignore").encode("utf-8")


def definition(
    id: int,
    namespace: int,
    text: str,
    instrument: Optional[Instrument] = None,
    sequence: int = 0,
) -> bytes:
    """A definition, as long as its texts need; what is over a limit is cut between characters."""
    texts = [text]
    if instrument is not None:
        texts += [
            instrument.symbol, instrument.venue, instrument.currency, instrument.calendar,
            instrument.name,
        ]  # fmt: skip
    raw = [_cut(each, limit) for each, limit in zip(texts, _TEXT_LIMITS)]
    cut = any(len(a) != len(b.encode("utf-8")) for a, b in zip(raw, texts))
    body = b"".join(len(each).to_bytes(2, "little") + each for each in raw)
    size = -(-(32 + len(body)) // 64) * 64
    head = _DEFINITION.pack(
        sequence | (size // 8) << 48 | VERSION << 56, Kind.DEFINITION, CUT if cut else 0, 0,
        id if namespace == Namespace.INSTRUMENT else 0, id, namespace,
        instrument.price_precision if instrument else 0,
        instrument.size_precision if instrument else 0,
        instrument.increment_e9 if instrument else 0,
    )  # fmt: skip
    return head + body + bytes(size - 32 - len(body))


def side_of(side: Union[Side, str, int, None]) -> int:
    """The code of a side given as such, as ``"buy"`` or ``"sell"``, or not at all."""
    if side is None:
        return Side.UNKNOWN
    if isinstance(side, str):
        try:
            return {"": 0, "unknown": 0, "buy": 1, "b": 1, "sell": 2, "s": 2}[side.lower()]
        except KeyError:
            raise InvalidArgument(f'side: expected "buy" or "sell", found {side!r}') from None
    return int(side)


def number_of(value: Optional[Number], exact: Optional[int], what: str) -> int:
    """Units of 10⁻⁹ of a decimal number, or those given as they are."""
    if exact is not None:
        if value is not None:
            raise InvalidArgument(f"{what}: expected {what} or {what}_e9, found both")
        return exact
    try:
        return units_of(value, what)
    except ValueError as error:
        raise InvalidArgument(str(error)) from None


def check_sequence(sequence: int) -> int:
    if not 0 < sequence <= MAXIMUM_SEQUENCE:
        raise InvalidArgument("a publisher has used up its sequences", "make another one")
    return sequence


__all__ = [
    "UNDEFINED", "bar", "check_sequence", "correction", "definition", "number_of", "quote",
    "side_of", "status", "trade", "watermark",
]  # fmt: skip
