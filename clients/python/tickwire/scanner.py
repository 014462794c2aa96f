"""Looks through the data frames of a stream once: checks records, learns names, keeps the
position. What comes out are batches."""

from __future__ import annotations

import re
import zlib
from itertools import islice
from operator import lt
from typing import Iterator, List, Optional, Tuple

from .batch import TICK_SIZE, Batch, Segment, Show, is_visible, sequences_of
from .errors import DataLoss, ProtocolError
from .fixed import UNDEFINED
from .layouts import (
    CONFLATED, CONFLATED_TRADE_SIZE, HEAD_SIZE, LEAST_SIZES, SNAPSHOT, VERSION, Head,
    definition_at, head_at, record_at,
)  # fmt: skip
from .names import Names, Namespace
from .records import Definition, Gap, GapReason, Kind, Position, PositionEvent

_OUTSIDE = CONFLATED | SNAPSHOT
_PLAIN_FLAGS = bytes(flags for flags in range(256) if not flags & _OUTSIDE)
_PARTS = re.compile(rb"[\x01\x02]+|[^\x01\x02]", re.DOTALL)
# Kinds whose flags are their own.
_OWN_FLAGS = (Kind.DEFINITION, Kind.POSITION)


def runs(buffer: bytes) -> Iterator[Tuple[int, int, int]]:
    """Neighbours of one size, as start, stop and size; ProtocolError where a size is wrong."""
    start, end = 0, len(buffer)
    while start < end:
        if end - start < HEAD_SIZE:
            raise ProtocolError("record", f"{HEAD_SIZE} bytes or more", end - start)
        words = buffer[start + 6]
        size = words * 8
        if words < 2:
            raise ProtocolError("size of a record", "2 words or more", words)
        most = (end - start) // size
        if not most:
            raise ProtocolError("size of a record", f"at most {end - start} bytes", size)
        count, ahead = 1, 64
        while count < most:
            first = start + 6 + count * size
            last = start + 6 + min(count + ahead, most) * size
            column = buffer[first:last:size]
            alike = len(column) - len(column.lstrip(buffer[start + 6 : start + 7]))
            count += alike
            if alike < len(column):
                break
            ahead *= 8
        yield start, start + count * size, size
        start += count * size


def inflate(payload: bytes, limit: int) -> bytes:
    """The records of a compressed frame; never more than ``limit`` bytes are made."""
    if len(payload) < 4:
        raise ProtocolError("compressed data", "4 bytes or more", len(payload))
    size = int.from_bytes(payload[:4], "little")
    if size > limit:
        raise ProtocolError("inflated size", f"at most {limit}", size)
    if size % 8:
        raise ProtocolError("inflated size", "a multiple of 8", size)
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(memoryview(payload)[4:], size + 1)
    except zlib.error as error:
        raise ProtocolError("compressed data", "a zlib stream", error) from None
    if len(raw) != size:
        found = "more" if len(raw) > size else len(raw)
        raise ProtocolError("inflated data", f"{size} bytes", found)
    if not inflater.eof:
        raise ProtocolError("compressed data", "the end of the stream", "a stream that goes on")
    if inflater.unused_data:
        raise ProtocolError("compressed data", "nothing behind it", inflater.unused_data[:8].hex())
    rows = size // TICK_SIZE
    if not rows:
        return raw
    records = bytearray(raw)
    stop = TICK_SIZE * rows
    for column in range(TICK_SIZE):
        records[column:stop:TICK_SIZE] = raw[column * rows : (column + 1) * rows]
    return bytes(records)


def deflate(records: bytes, level: int = 1) -> bytes:
    """The payload of a compressed frame."""
    rows = len(records) // TICK_SIZE
    stop = TICK_SIZE * rows
    columns = [records[column:stop:TICK_SIZE] for column in range(TICK_SIZE)] if rows else []
    columns.append(records[stop:])
    return len(records).to_bytes(4, "little") + zlib.compress(b"".join(columns), level)


class Scanner:
    """The state of one stream: its names, and the position up to which it was received."""

    def __init__(
        self,
        start: Position,
        *,
        ordered: bool = True,
        show: Show = Show.NONE,
        missing: Optional[Tuple[int, int]] = None,
    ) -> None:
        self.epoch = start.epoch
        self.next = start.next
        # What the server said is gone, until its gap record says so in the stream. The position
        # stays in front of it meanwhile, so that the gap is not lost with the connection.
        self._missing = missing
        self._floor = start.next
        self.names = Names()
        self.snapshot_complete = False
        self._ordered = ordered
        self._show = show
        # Of the batch in the making.
        self._buffer = b""
        self._segments: List[Segment] = []
        self._count = 0
        self._before = start
        self._batches: List[Batch] = []

    @property
    def position(self) -> Position:
        return Position(self.epoch, self._floor if self._missing else self.next)

    def scan(self, buffer: bytes) -> List[Batch]:
        """The batches of a frame, mostly one. ProtocolError when a record is malformed, DataLoss
        when one comes twice or out of order."""
        self._buffer = buffer
        self._segments, self._count, self._before = [], 0, self.position
        self._batches = []
        for start, stop, size in runs(buffer):
            if size == TICK_SIZE and self._all_known_version(start, stop):
                self._take_lines(start, stop)
            else:
                for offset in range(start, stop, size):
                    self._take_record(offset)
        self._flush()
        batches, self._batches = self._batches, []
        return batches

    def _all_known_version(self, start: int, stop: int) -> bool:
        versions = self._buffer[start + 7 : stop : TICK_SIZE]
        return versions.count(VERSION) == len(versions)

    def _take_lines(self, start: int, stop: int) -> None:
        """Records of 64 bytes and version 1."""
        kinds = self._buffer[start + 8 : stop : TICK_SIZE]
        for part in _PARTS.finditer(kinds):
            first = start + part.start() * TICK_SIZE
            if kinds[part.start()] in (Kind.TRADE, Kind.QUOTE):
                self._take_ticks(first, start + part.end() * TICK_SIZE)
            else:
                self._take_record(first)

    def _take_ticks(self, start: int, stop: int) -> None:
        flags = self._buffer[start + 9 : stop : TICK_SIZE]
        sequences = sequences_of(self._buffer, start, stop)
        every = sequences
        if flags.translate(None, _PLAIN_FLAGS):
            kinds = self._buffer[start + 8 : stop : TICK_SIZE]
            if any(flag & CONFLATED and kind == 1 for flag, kind in zip(flags, kinds)):
                raise ProtocolError(
                    "size of a conflated trade", f"{CONFLATED_TRADE_SIZE} bytes", TICK_SIZE
                )
            sequences = [
                number for number, flag in zip(sequences, flags) if not flag & _OUTSIDE and number
            ]
        elif not all(sequences):
            sequences = [number for number in sequences if number]
        self._advance(sequences)
        self._count += (stop - start) // TICK_SIZE
        self._append(Segment(start, stop, every))

    def _advance(self, sequences: List[int]) -> None:
        if not sequences:
            return
        if self._missing:
            self._tell_missing(self._missing)
        if not self._ordered:
            if min(sequences) < self.next:
                raise self._repeated(min(sequences))
            return
        if sequences[0] < self.next:
            raise self._repeated(sequences[0])
        # Neighbours without a hole, as in a feed of everything, are known faster than others.
        dense = sequences[-1] - sequences[0] == len(sequences) - 1
        if dense and sequences == list(range(sequences[0], sequences[-1] + 1)):
            self.next = sequences[-1] + 1
            return
        if not all(map(lt, sequences, islice(sequences, 1, None))):
            for before, after in zip(sequences, sequences[1:]):
                if after <= before:
                    self.next = before + 1
                    raise self._repeated(after)
        self.next = sequences[-1] + 1

    def _repeated(self, sequence: int) -> DataLoss:
        return DataLoss(
            f"the server sent sequence {sequence} where {self.next} or later was due",
            "this is a fault of the server; subscribe anew",
        )

    def _take_record(self, offset: int) -> None:
        head = head_at(self._buffer, offset)
        if not head.kind:
            raise ProtocolError("kind of a record", "1 or more", 0)
        if head.version == VERSION and head.kind in LEAST_SIZES:
            least = LEAST_SIZES[head.kind]
            if head.kind == Kind.TRADE and head.flags & CONFLATED:
                least = CONFLATED_TRADE_SIZE
            if head.size < least:
                name = Kind(head.kind).name.lower()
                raise ProtocolError(f"size of a {name}", f"{least} bytes or more", head.size)
            self._take_known(offset, head)
        self._append(Segment(offset, offset + head.size))

    def _take_known(self, offset: int, head: Head) -> None:
        shown = False
        if head.kind == Kind.DEFINITION:
            shown = is_visible(self._define(offset, head), self._show)
        if head.sequence and (head.kind in _OWN_FLAGS or not head.flags & _OUTSIDE):
            self._advance([head.sequence])
        if head.kind == Kind.POSITION:
            self._take_position(offset)
        elif head.kind == Kind.GAP and not head.sequence:
            self._take_gap(offset)
        elif head.kind != Kind.DEFINITION or shown:
            self._count += 1

    def _take_position(self, offset: int) -> None:
        event = record_at(self._buffer, offset, self.names)
        assert isinstance(event, PositionEvent)
        if event.epoch != self.epoch:
            raise ProtocolError("epoch of a position", self.epoch, event.epoch)
        self.next = max(self.next, event.next)
        self.snapshot_complete = self.snapshot_complete or event.snapshot_end
        if is_visible(event, self._show):
            self._count += 1

    def _take_gap(self, offset: int) -> None:
        event = record_at(self._buffer, offset, self.names)
        assert isinstance(event, Gap)
        if event.last < event.first:
            raise ProtocolError("last of a gap", f"{event.first} or more", event.last)
        self.next = max(self.next, event.last + 1)
        self._missing = None
        self._count += 1

    def _tell_missing(self, missing: Tuple[int, int]) -> None:
        """Events come before the gap that the answer announced: tells it in the server's place."""
        first, last = missing
        before = self.position
        self._missing = None
        self.next = max(self.next, last + 1)
        gap = Gap(
            0, 0, first, last, last - first + 1, UNDEFINED, GapReason.UNAVAILABLE, None
        )  # fmt: skip
        self._flush()
        self._batches.append(
            Batch(b"", (), self.names, before, self.position, 1, self._show, (gap,))
        )  # fmt: skip
        self._before = self.position

    def _define(self, offset: int, head: Head) -> Definition:
        definition = definition_at(self._buffer, offset, head)
        if not definition.id:
            raise ProtocolError("id of a definition", "1 or more", 0)
        known: Optional[object]
        if definition.namespace == Namespace.INSTRUMENT:
            known = self.names.instruments.get(definition.id)
            if known is not None and known != definition.instrument:
                self._rename()
            self.names.instruments[definition.id] = definition.instrument
            return definition
        table = self.names.of(definition.namespace)
        if table is None:
            return definition
        known = table.get(definition.id)
        if known is not None and known != definition.text:
            self._rename()
            table = self.names.of(definition.namespace)
            assert table is not None
        table[definition.id] = definition.text
        return definition

    def _rename(self) -> None:
        """An id gets another meaning: what came before keeps the old one."""
        self._flush()
        self.names = self.names.copy()

    def _append(self, segment: Segment) -> None:
        segments = self._segments
        if segments and segment.ticks is None and segments[-1].ticks is None:
            segments[-1] = Segment(segments[-1].start, segment.stop)
        else:
            segments.append(segment)

    def _flush(self) -> None:
        if self._count:
            self._batches.append(
                Batch(
                    self._buffer, self._segments, self.names, self._before, self.position,
                    self._count, self._show,
                )
            )  # fmt: skip
        self._segments, self._count, self._before = [], 0, self.position
