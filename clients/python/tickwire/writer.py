"""What publishers have in common: methods that make records of what users know."""

from __future__ import annotations

import time as clock
from datetime import datetime
from typing import Callable, Generic, Optional, TypeVar, Union

from . import encode
from .errors import InvalidArgument
from .fixed import UNDEFINED, Number
from .names import Instrument, Namespace
from .publication import Publication
from .records import BarReason, BarState, Flags, Side, StatusCode
from .subscription import nanoseconds_of

R = TypeVar("R")
Key = Union[str, Instrument]
Time = Union[int, datetime, None]
RECEIPT_TIME = int(Flags.RECEIPT_TIME)


def time_of(value: Time) -> int:
    """Nanoseconds since 1970 of a time given as such or as a datetime with its zone."""
    if value is None:
        return UNDEFINED
    return nanoseconds_of(value) if isinstance(value, datetime) else value


class RecordMethods(Generic[R]):
    """One method a kind of record. Numbers are decimal text, `Decimal`, ``int`` (wholes) or
    ``float``; those that end in ``_e9`` are exact integers in units of 10⁻⁹. Times are
    nanoseconds since 1970 or `datetime` with a zone."""

    _publication: Publication

    def _give(self, build: Callable[[int], bytes]) -> R:
        raise NotImplementedError

    def _source(self, source: Optional[str]) -> int:
        """0 is the publisher itself."""
        return self._publication.id_of(Namespace.SOURCE, source) if source else 0

    def _instrument(self, key: Key) -> int:
        return self._publication.id_of(Namespace.INSTRUMENT, key)

    def trade(
        self,
        instrument: Key,
        price: Optional[Number] = None,
        size: Optional[Number] = None,
        time: Time = None,
        side: Union[Side, str, None] = None,
        *,
        price_e9: Optional[int] = None,
        size_e9: Optional[int] = None,
        receive_time: Time = None,
        venue_sequence: int = 0,
        source: Optional[str] = None,
        flags: int = 0,
    ) -> R:
        """A trade; without a time it happened now."""
        exact = encode.number_of(price, price_e9, "price")
        if exact == UNDEFINED:
            raise InvalidArgument("price: expected a number, found none")
        amount = encode.number_of(size, size_e9, "size")
        code = encode.side_of(side)
        moment, flags = _event_time(time, flags)
        received = time_of(receive_time)
        return self._give(
            lambda sequence: encode.trade(
                sequence, flags, self._source(source), self._instrument(instrument), exact,
                amount, moment, received, venue_sequence, code,
            )
        )  # fmt: skip

    def quote(
        self,
        instrument: Key,
        bid: Optional[Number] = None,
        ask: Optional[Number] = None,
        bid_size: Optional[Number] = None,
        ask_size: Optional[Number] = None,
        time: Time = None,
        *,
        bid_e9: Optional[int] = None,
        ask_e9: Optional[int] = None,
        bid_size_e9: Optional[int] = None,
        ask_size_e9: Optional[int] = None,
        receive_time: Time = None,
        source: Optional[str] = None,
        flags: int = 0,
    ) -> R:
        """A quote; what is left out is undefined; without a time it was made now."""
        numbers = (
            encode.number_of(bid, bid_e9, "bid"),
            encode.number_of(ask, ask_e9, "ask"),
            encode.number_of(bid_size, bid_size_e9, "bid_size"),
            encode.number_of(ask_size, ask_size_e9, "ask_size"),
        )
        moment, flags = _event_time(time, flags)
        received = time_of(receive_time)
        return self._give(
            lambda sequence: encode.quote(
                sequence, flags, self._source(source), self._instrument(instrument), numbers[0],
                numbers[1], moment, received, numbers[2], numbers[3],
            )
        )  # fmt: skip

    def bar(
        self,
        instrument: Key,
        spec: str,
        start: Time,
        end: Time,
        open: Number,
        high: Number,
        low: Number,
        close: Number,
        *,
        volume_e9: int = 0,
        notional_e18: int = 0,
        buy_volume_e9: int = 0,
        ticks: int = 0,
        state: BarState = BarState.CLOSED,
        revision: int = 0,
        reason: BarReason = BarReason.NONE,
        first_sequence: int = 0,
        last_sequence: int = 0,
        flags: int = 0,
    ) -> R:
        """A bar of ``[start, end)``."""
        prices = [
            encode.number_of(value, None, name)
            for value, name in ((open, "open"), (high, "high"), (low, "low"), (close, "close"))
        ]
        bounds = (time_of(start), time_of(end))
        return self._give(
            lambda sequence: encode.bar(
                sequence, flags, self._publication.id_of(Namespace.SPEC, spec),
                self._instrument(instrument), int(state), revision, ticks, bounds[0], bounds[1],
                prices[0], prices[1], prices[2], prices[3], volume_e9, notional_e18,
                buy_volume_e9, first_sequence, last_sequence, int(reason),
            )
        )  # fmt: skip

    def correction(
        self,
        instrument: Key,
        target: int,
        old_time: Time,
        old_price: Number,
        old_size: Optional[Number] = None,
        new_price: Optional[Number] = None,
        new_size: Optional[Number] = None,
        *,
        source: Optional[str] = None,
        flags: int = 0,
    ) -> R:
        """Replaces the trade with sequence ``target``; without a new price it is cancelled."""
        numbers = [
            encode.number_of(value, None, name)
            for value, name in (
                (old_price, "old_price"), (old_size, "old_size"), (new_price, "new_price"),
                (new_size, "new_size"),
            )
        ]  # fmt: skip
        moment = time_of(old_time)
        return self._give(
            lambda sequence: encode.correction(
                sequence, flags, self._source(source), self._instrument(instrument), target,
                moment, numbers[0], numbers[1], numbers[2], numbers[3],
            )
        )  # fmt: skip

    def watermark(
        self,
        start: Time,
        end: Time,
        *,
        spec: Optional[str] = None,
        bars: int = 0,
        empty: int = 0,
        flags: int = 0,
    ) -> R:
        """Nothing more comes for ``[start, end)`` of this source, or of a bar spec."""
        bounds = (time_of(start), time_of(end))

        def build(sequence: int) -> bytes:
            scope = self._publication.id_of(Namespace.SPEC, spec) if spec else 0
            return encode.watermark(
                sequence, flags, scope, 1 if spec else 0, bounds[0], bounds[1], bars, empty
            )

        return self._give(build)

    def status(
        self,
        code: StatusCode,
        *,
        instrument: Optional[Key] = None,
        previous: StatusCode = StatusCode.NONE,
        reason: str = "",
        time: Time = None,
        flags: int = 0,
    ) -> R:
        """The state of an instrument, or without one of this source."""
        moment, flags = _event_time(time, flags)

        def build(sequence: int) -> bytes:
            publication = self._publication
            text = publication.id_of(Namespace.TEXT, reason) if reason else 0
            name = 0 if instrument else publication.id_of(Namespace.TEXT, publication.name)
            key = self._instrument(instrument) if instrument else 0
            return encode.status(
                sequence, flags, 0, key, moment, name, text, 0 if instrument else 1, int(code),
                int(previous),
            )  # fmt: skip

        return self._give(build)


def _event_time(time: Time, flags: int) -> tuple[int, int]:
    if time is None:
        return clock.time_ns(), flags | RECEIPT_TIME
    return time_of(time), flags
