"""Batches: the records of one data frame, decoded when they are looked at."""

from __future__ import annotations

import enum
import struct
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .errors import InvalidArgument, ProtocolError
from .layouts import (
    COLUMNS, CONFLATED, CONFLATED_TRADE_SIZE, LEAST_SIZES, VERSION, Field, head_at, record_at,
)  # fmt: skip
from .names import Instrument, Names
from .records import Definition, Event, Kind, Position, PositionEvent, Quote, Trade

TICK_SIZE = 64
# Records decoded at a time: enough to make the calls cheap, few enough to stay in the cache.
_CHUNK = 64
_TICKS = (None, Trade, Quote)
_NEW = tuple.__new__


class Show(enum.Enum):
    """Which bookkeeping of a stream its consumer sees."""

    NONE = 0
    DEFINITIONS = 1
    """Those that are events of their own: somebody subscribed to them."""
    ALL = 2


class Segment(NamedTuple):
    """A part of a buffer: ticks of 64 bytes each, with their sequences, or records to be walked
    one by one."""

    start: int
    stop: int
    ticks: Optional[List[int]] = None


class Batch:
    """Events that came together, in order.

    ``position`` is where the stream stands after it, ``before`` where it stood. Iterating decodes
    the events; ``columns`` gives one list a field, `to_numpy` and `to_pandas` arrays.
    """

    __slots__ = (
        "buffer", "before", "position", "_segments", "_names", "_count", "_show", "_events",
        "_picked",
    )  # fmt: skip

    def __init__(
        self,
        buffer: bytes,
        segments: Sequence[Segment],
        names: Names,
        before: Position,
        position: Position,
        count: int,
        show: Show,
        events: Tuple[Event, ...] = (),
    ) -> None:
        self.buffer = buffer
        self.before = before
        self.position = position
        self._segments = segments
        self._names = names
        self._count = count
        self._show = show
        self._events = events
        self._picked: Dict[str, Columns] = {}

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"<Batch of {self._count}, next is {self.position}>"

    def __iter__(self) -> Iterator[Event]:
        if self._events:
            return iter(self._events)
        return chain.from_iterable(self._parts())

    def _parts(self) -> Iterator[Iterator[Event]]:
        for segment in self._segments:
            if segment.ticks is not None:
                yield from self._ticks(segment.start, segment.stop, segment.ticks)
            else:
                yield self._walk(segment)

    def _ticks(self, start: int, stop: int, sequences: List[int]) -> Iterator[Iterator[Event]]:
        rows = (stop - start) // TICK_SIZE
        for first in range(0, rows, _CHUNK):
            count = min(_CHUNK, rows - first)
            numbers = sequences[first : first + count]
            yield _ticks(self.buffer, start + first * TICK_SIZE, count, numbers, self._names)

    def _walk(self, segment: Segment) -> Iterator[Event]:
        offset = segment.start
        while offset < segment.stop:
            event = record_at(self.buffer, offset, self._names)
            if event is not None and is_visible(event, self._show):
                yield event
            offset += self.buffer[offset + 6] * 8

    def columns(self, kind: Optional[str] = None) -> Columns:
        """The events of one kind as columns.

        ``kind`` is ``"trade"``, ``"conflated_trade"``, ``"quote"`` or ``"bar"``; it may be left
        out when the batch has ticks or bars of one kind only.
        """
        if kind is None:
            kind = self._only_kind()
        if kind not in COLUMNS:
            raise InvalidArgument(f"kind: expected one of {', '.join(COLUMNS)}, found {kind!r}")
        if kind not in self._picked:
            self._picked[kind] = Columns(kind, self._pick(kind), self._names)
        return self._picked[kind]

    def _only_kind(self) -> str:
        found = [kind for kind in COLUMNS if self._pick(kind)]
        if len(found) == 1:
            return found[0]
        if not found:
            return "trade"
        raise InvalidArgument(
            f"kind: expected to be told, since the batch has {' and '.join(found)}"
        )

    def _pick(self, kind: str) -> bytes:
        """The records of a kind behind each other, all of their least size."""
        if kind in self._picked:
            return self._picked[kind].data
        wanted = int(COLUMNS[kind][0])
        parts: List[bytes] = []
        for segment in self._segments:
            if segment.ticks is not None:
                if kind != "conflated_trade":
                    _pick_ticks(self.buffer, segment, wanted, parts)
                continue
            offset = segment.start
            while offset < segment.stop:
                head = head_at(self.buffer, offset)
                if head.kind == wanted and head.version == VERSION:
                    conflated = wanted == Kind.TRADE and bool(head.flags & CONFLATED)
                    if conflated == (kind == "conflated_trade"):
                        size = CONFLATED_TRADE_SIZE if conflated else LEAST_SIZES[wanted]
                        parts.append(self.buffer[offset : offset + size])
                offset += head.size
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def to_numpy(self, kind: Optional[str] = None) -> Any:
        """A structured array of the events of one kind; needs numpy."""
        from .arrays import structured

        return structured(self.columns(kind))

    def to_pandas(self, kind: Optional[str] = None) -> Any:
        """A frame of the events of one kind, with times in UTC and prices as floats; needs
        pandas. `columns` has the exact numbers."""
        from .arrays import frame

        return frame(self.columns(kind))


def is_visible(event: Event, show: Show) -> bool:
    """Not mere bookkeeping: heartbeats, and names that precede their first use."""
    if isinstance(event, PositionEvent):
        return event.snapshot_end or show is Show.ALL
    if isinstance(event, Definition):
        return show is Show.ALL or (show is Show.DEFINITIONS and event.sequence > 0)
    return True


def _pick_ticks(buffer: bytes, segment: Segment, wanted: int, parts: List[bytes]) -> None:
    kinds = buffer[segment.start + 8 : segment.stop : TICK_SIZE]
    count = kinds.count(wanted)
    if count == len(kinds):
        parts.append(buffer[segment.start : segment.stop])
    elif count:
        parts.extend(
            buffer[segment.start + row * TICK_SIZE : segment.start + (row + 1) * TICK_SIZE]
            for row, kind in enumerate(kinds)
            if kind == wanted
        )


@lru_cache(maxsize=None)
def _heads(rows: int) -> struct.Struct:
    """The first word of so many ticks."""
    return struct.Struct("<" + "Q56x" * rows)


@lru_cache(maxsize=None)
def _bodies(rows: int) -> struct.Struct:
    """Kind, flags, scope, instrument and six words of so many ticks: ten fields each."""
    return struct.Struct("<" + "8xBBHIqqqqqq" * rows)


def sequences_of(buffer: bytes, start: int, stop: int) -> List[int]:
    """The sequences of records of 64 bytes."""
    piece = bytearray(buffer[start:stop])
    rows = len(piece) // TICK_SIZE
    blank = bytes(rows)
    piece[6::TICK_SIZE] = blank
    piece[7::TICK_SIZE] = blank
    sequences: List[int] = []
    for first in range(0, rows, _CHUNK):
        count = min(_CHUNK, rows - first)
        sequences += _heads(count).unpack_from(piece, first * TICK_SIZE)
    return sequences


def _looked_up(table: Dict[int, Any], ids: Tuple[int, ...], what: str) -> Iterable[Any]:
    """What the ids of a column stand for; a column that does not change is looked up once."""
    try:
        if ids.count(ids[0]) == len(ids):
            return repeat(table[ids[0]], len(ids))
        return list(map(table.__getitem__, ids))
    except KeyError as error:
        found = error.args[0]
        raise ProtocolError(f"{what} of a record", "an id that was defined", found) from None


def _ticks(
    buffer: bytes, start: int, rows: int, sequences: List[int], names: Names
) -> Iterator[Event]:
    """Trades and quotes: decoded column by column, so that no Python code runs for each."""
    flat = _bodies(rows).unpack_from(buffer, start)
    kinds = flat[0::10]
    columns = zip(
        sequences, flat[1::10], _looked_up(names.sources, flat[2::10], "source"),
        _looked_up(names.instruments, flat[3::10], "instrument"), flat[4::10], flat[5::10],
        flat[6::10], flat[7::10], flat[8::10], flat[9::10],
    )  # fmt: skip
    types: Iterator[Any]
    if kinds.count(kinds[0]) == rows:
        types = repeat(_TICKS[kinds[0]])
    else:
        types = map(_TICKS.__getitem__, kinds)
    return map(_NEW, types, columns)


class Columns:
    """Events of one kind, one list a field: ``batch.columns("trade")["price_e9"]``.

    ``instrument`` and ``scope`` (the source; the spec of bars) are ids here: `instruments` and
    `scopes` give what they stand for. Lists are made when they are asked for, once.
    """

    __slots__ = ("kind", "data", "size", "_names", "_made")

    def __init__(self, kind: str, data: bytes, names: Names) -> None:
        self.kind = kind
        self.data = data
        conflated = kind == "conflated_trade"
        self.size = CONFLATED_TRADE_SIZE if conflated else LEAST_SIZES[int(COLUMNS[kind][0])]
        self._names = names
        self._made: Dict[str, Sequence[int]] = {}

    def __len__(self) -> int:
        return len(self.data) // self.size

    @property
    def fields(self) -> Tuple[str, ...]:
        """The names of the columns."""
        return tuple(field.name for field in self.layout)

    @property
    def layout(self) -> Tuple[Field, ...]:
        return COLUMNS[self.kind][1]

    def __getitem__(self, name: str) -> Sequence[int]:
        made = self._made.get(name)
        if made is None:
            for field in self.layout:
                if field.name == name:
                    made = self._made[name] = self._make(field)
                    break
            else:
                raise KeyError(name)
        return made

    def instruments(self) -> List[Optional[Instrument]]:
        table = self._names.instruments
        return [table.get(id) for id in self["instrument"]]

    def keys(self) -> List[str]:
        """The keys of the instruments."""
        table = {id: str(each or "") for id, each in self._names.instruments.items()}
        return [table.get(id, "") for id in self["instrument"]]

    def scopes(self) -> List[Optional[str]]:
        """The sources; of bars the specs."""
        table = self._names.specs if self.kind == "bar" else self._names.sources
        return [table.get(id) for id in self["scope"]]

    def _make(self, field: Field) -> Sequence[int]:
        if field.code == "B":
            return self.data[field.offset :: self.size]
        if field.code == "u48":
            mask = 2**48 - 1
            return [word & mask for word in self._column(0, "Q", 8)]
        if field.code == "i128":
            low = self._column(field.offset, "Q", 8)
            high = self._column(field.offset + 8, "q", 8)
            return [a | b << 64 for a, b in zip(low, high)]
        return self._column(field.offset, field.code, {"H": 2, "I": 4}.get(field.code, 8))

    def _column(self, offset: int, code: str, width: int) -> List[int]:
        words: Any = memoryview(self.data).cast(code)  # type: ignore[call-overload]
        numbers: List[int] = words[offset // width :: self.size // width].tolist()
        return numbers
