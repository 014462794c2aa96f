"""Events as light tuples with named fields.

A field that ends in ``_e9`` is the exact integer in units of 10⁻⁹, as on the wire; the same name
without that is a ``Decimal``. Times are integers: nanoseconds since 1970-01-01T00:00Z.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import (
    Any, Callable, ClassVar, Dict, Generic, NamedTuple, Optional, TypeVar, Union, overload,
)  # fmt: skip

from .fixed import UNDEFINED, decimal_of, float_of, optional_of, price_of
from .names import Instrument, Namespace

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Kind(enum.IntEnum):
    TRADE = 1
    QUOTE = 2
    BAR = 3
    ALERT = 4
    CORRECTION = 5
    WATERMARK = 6
    GAP = 7
    STATUS = 8
    DEFINITION = 9
    TIME = 10
    COMMAND = 11
    POSITION = 128


class Flags(enum.IntFlag):
    RECEIPT_TIME = 1
    REPLAYED = 2
    SIMULATED = 4
    CONFLATED = 8
    SNAPSHOT = 16
    INEXACT = 32
    INCOMPLETE_LEFT = 64
    OUTSIDE_SESSION = 128


class _Codes(enum.IntEnum):
    """Codes that grow: one that is not known is ``UNKNOWN``."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        return cls._member_map_["UNKNOWN"] if isinstance(value, int) else None


class Side(_Codes):
    UNKNOWN = 0
    BUY = 1
    SELL = 2


class BarState(_Codes):
    OPEN = 0
    CLOSED = 1
    AMENDED = 2
    VOID = 3
    UNKNOWN = 255


class BarReason(_Codes):
    """Why a bar was published after it had been closed."""

    NONE = 0
    LATE = 1
    CORRECT = 2
    CANCEL = 3
    BACKFILL = 4
    UNKNOWN = 255


class AlertState(_Codes):
    INACTIVE = 0
    PENDING = 1
    FIRING = 2
    RESOLVED = 3
    ACKNOWLEDGED = 4
    UNKNOWN = 255


class GapReason(_Codes):
    UNKNOWN = 0
    OVERRUN = 1
    DISCONNECTED = 2
    REVOKED = 3
    PAUSED = 4
    REFUSED = 5
    UNAVAILABLE = 6


class ScopeKind(_Codes):
    """What a status is about."""

    INSTRUMENT = 0
    SOURCE = 1
    PLUGIN = 2
    UNKNOWN = 255


class StatusCode(_Codes):
    NONE = 0
    STOPPED = 1
    STARTING = 2
    RUNNING = 3
    PAUSED = 4
    STOPPING = 5
    BACKOFF = 6
    FAILED = 7
    UP = 16
    DOWN = 17
    STALE = 18
    FAILOVER = 19
    STALLED = 20
    COMPLETED = 21
    OPEN = 32
    CLOSED = 33
    HALTED = 34
    UNKNOWN = 255


class Position(NamedTuple):
    """Where a stream goes on: ``next`` is the first sequence that has not been seen."""

    epoch: int
    next: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.next}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Reads what ``str()`` wrote."""
        epoch, colon, following = text.partition(":")
        if not (colon and epoch.isdigit() and following.isdigit()):
            raise ValueError(f"position: expected EPOCH:NEXT such as 7:1200, found {text!r}")
        return cls(int(epoch), int(following))


def datetime_of(nanoseconds: int) -> Optional[datetime]:
    """A time in UTC, cut to microseconds; None where it is unknown or no year of `datetime`."""
    if nanoseconds == UNDEFINED:
        return None
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)
    except OverflowError:
        return None


class _Derived(Generic[T]):
    """A property that is computed from one field of the tuple."""

    def __init__(self, index: int, convert: Callable[[int], T]) -> None:
        self.index = index
        self.convert = convert

    @overload
    def __get__(self, record: None, owner: Any) -> _Derived[T]: ...

    @overload
    def __get__(self, record: Any, owner: Any) -> T: ...

    def __get__(self, record: Any, owner: Any) -> Union[T, _Derived[T]]:
        return self if record is None else self.convert(record[self.index])


def _exact(index: int) -> _Derived[Decimal]:
    return _Derived(index, price_of)


def _optional(index: int) -> _Derived[Optional[Decimal]]:
    return _Derived(index, optional_of)


def _float(index: int) -> _Derived[float]:
    return _Derived(index, float_of)


def _moment(index: int) -> _Derived[Optional[datetime]]:
    return _Derived(index, datetime_of)


class _Printed:
    """``str()`` is a line for people, ``repr()`` has the fields as they are."""

    __slots__ = ()

    def __str__(self) -> str:
        from .present import line

        return line(self)  # type: ignore[arg-type]

    def to_dict(self) -> Dict[str, Any]:
        """Plain values for JSON; exact numbers as text, without what is undefined."""
        from .present import plain

        return plain(self)  # type: ignore[arg-type]


class _Common(_Printed):
    """What every record with a sequence and flags in front has."""

    __slots__ = ()
    kind: ClassVar[Kind]

    def _has(self, flag: int) -> bool:
        return bool(self[1] & flag)  # type: ignore[index]

    @property
    def receipt_time(self) -> bool:
        """The source gave no time: event time is the time of receipt."""
        return self._has(1)

    @property
    def replayed(self) -> bool:
        return self._has(2)

    @property
    def simulated(self) -> bool:
        return self._has(4)

    @property
    def conflated(self) -> bool:
        """Several events in one."""
        return self._has(8)

    @property
    def snapshot(self) -> bool:
        """State at the start of the subscription, not news."""
        return self._has(16)

    @property
    def inexact(self) -> bool:
        """Could not be recomputed from all its ticks."""
        return self._has(32)


class _Tick(_Common):
    """What trades and quotes share."""

    __slots__ = ()

    @property
    def instrument_id(self) -> int:
        """The id of the instrument, for one stream and epoch."""
        instrument: Optional[Instrument] = self[3]  # type: ignore[index]
        return instrument.id if instrument else 0

    @property
    def key(self) -> str:
        """The key of the instrument, ``SYMBOL`` or ``SYMBOL@VENUE``."""
        instrument: Optional[Instrument] = self[3]  # type: ignore[index]
        return instrument.key if instrument else ""

    time_utc = _moment(6)


class _TradeFields(NamedTuple):
    sequence: int
    flags: int
    source: Optional[str]
    instrument: Optional[Instrument]
    price_e9: int
    size_e9: int
    time: int
    receive_time: int
    raw_venue_sequence: int
    raw_side: int


class Trade(_TradeFields, _Tick):
    """A trade; the size may be undefined."""

    __slots__ = ()
    kind = Kind.TRADE
    price = _exact(4)
    price_float = _float(4)
    size = _optional(5)
    size_float = _float(5)

    @property
    def venue_sequence(self) -> int:
        return self[8] & 0xFFFF_FFFF_FFFF_FFFF

    @property
    def side(self) -> Side:
        """Of the aggressor."""
        return Side(self[9] & 0xFF)


class ConflatedTrade(Trade):
    """Trades that were merged: `price`, `size` and times are those of the last.

    Behind the fields of a trade the tuple has first, high and low price, the volume (all 10⁻⁹)
    and the number of trades.
    """

    __slots__ = ()
    first = _exact(10)
    high = _exact(11)
    low = _exact(12)
    volume = _Derived(13, decimal_of)

    trades = _Derived(14, int)


class _QuoteFields(NamedTuple):
    sequence: int
    flags: int
    source: Optional[str]
    instrument: Optional[Instrument]
    bid_e9: int
    ask_e9: int
    time: int
    receive_time: int
    bid_size_e9: int
    ask_size_e9: int


class Quote(_QuoteFields, _Tick):
    """The best bid and ask; each of the four numbers may be undefined."""

    __slots__ = ()
    kind = Kind.QUOTE
    bid = _optional(4)
    ask = _optional(5)
    bid_size = _optional(8)
    ask_size = _optional(9)
    bid_float = _float(4)
    ask_float = _float(5)


class _BarFields(NamedTuple):
    sequence: int
    flags: int
    spec: Optional[str]
    instrument: Optional[Instrument]
    state: BarState
    revision: int
    ticks: int
    start: int
    end: int
    open_e9: int
    high_e9: int
    low_e9: int
    close_e9: int
    volume_e9: int
    notional_e18: int
    buy_volume_e9: int
    first_sequence: int
    last_sequence: int
    reason: BarReason


class Bar(_BarFields, _Common):
    """One version of the bar of ``[start, end)``; ``ticks`` is how many made it."""

    __slots__ = ()
    kind = Kind.BAR
    open = _exact(9)
    high = _exact(10)
    low = _exact(11)
    close = _exact(12)
    open_float = _float(9)
    high_float = _float(10)
    low_float = _float(11)
    close_float = _float(12)
    volume = _Derived(13, decimal_of)
    notional = _Derived(14, lambda units: decimal_of(units, 18))
    buy_volume = _optional(15)
    start_utc = _moment(7)
    end_utc = _moment(8)


class _AlertFields(NamedTuple):
    sequence: int
    flags: int
    source: Optional[str]
    instrument: Optional[Instrument]
    state: AlertState
    severity: int
    rule: Optional[str]
    generation: int
    reason: Optional[str]
    value_e9: int
    threshold_e9: int
    time: int
    since: int
    cause: int


class Alert(_AlertFields, _Common):
    """A rule changed its state."""

    __slots__ = ()
    kind = Kind.ALERT
    value = _optional(9)
    threshold = _optional(10)
    time_utc = _moment(11)


class _CorrectionFields(NamedTuple):
    sequence: int
    flags: int
    source: Optional[str]
    instrument: Optional[Instrument]
    target: int
    old_time: int
    old_price_e9: int
    old_size_e9: int
    new_price_e9: int
    new_size_e9: int


class Correction(_CorrectionFields, _Common):
    """Cancels or replaces the trade with sequence ``target``."""

    __slots__ = ()
    kind = Kind.CORRECTION
    old_price = _optional(6)
    old_size = _optional(7)
    new_price = _optional(8)
    new_size = _optional(9)

    @property
    def cancels(self) -> bool:
        """The trade is taken back, not replaced."""
        return self.new_price_e9 == UNDEFINED


class _WatermarkFields(NamedTuple):
    sequence: int
    flags: int
    source: Optional[str]
    spec: Optional[str]
    start: int
    end: int
    bars: int
    empty: int


class Watermark(_WatermarkFields, _Common):
    """Nothing more comes for ``[start, end)`` of a source or a bar spec."""

    __slots__ = ()
    kind = Kind.WATERMARK


class _GapFields(NamedTuple):
    sequence: int
    flags: int
    first: int
    last: int
    lost: int
    time: int
    reason: GapReason
    subscriber: Optional[str]


class Gap(_GapFields, _Common):
    """Sequences ``first`` to ``last`` were lost, ``lost`` events of them.

    With sequence 0 it tells what this subscription lost.
    """

    __slots__ = ()
    kind = Kind.GAP


class _StatusFields(NamedTuple):
    sequence: int
    flags: int
    source: Optional[str]
    instrument: Optional[Instrument]
    time: int
    subject: Optional[str]
    reason: Optional[str]
    scope: ScopeKind
    code: StatusCode
    previous: StatusCode


class StatusEvent(_StatusFields, _Common):
    """The state of an instrument, a source or a plugin changed."""

    __slots__ = ()
    kind = Kind.STATUS
    time_utc = _moment(4)


class _DefinitionFields(NamedTuple):
    sequence: int
    flags: int
    id: int
    namespace: int
    text: str
    instrument: Optional[Instrument]


class Definition(_DefinitionFields, _Common):
    """What an id stands for. Names are resolved by the client: this is news about names only."""

    __slots__ = ()
    kind = Kind.DEFINITION

    @property
    def cut(self) -> bool:
        """A text was too long and was cut."""
        return bool(self.flags & 1)

    @property
    def namespace_name(self) -> str:
        known = {int(each): each.name.lower() for each in Namespace}
        return known.get(self.namespace, "unknown")


class _TimeFields(NamedTuple):
    sequence: int
    flags: int
    time: int


class TimeEvent(_TimeFields, _Common):
    """A tick of the engine's clock."""

    __slots__ = ()
    kind = Kind.TIME


class _CommandFields(NamedTuple):
    sequence: int
    flags: int
    time: int
    plugin: Optional[str]
    command: Optional[str]
    token: int


class Command(_CommandFields, _Common):
    """A plugin was told something."""

    __slots__ = ()
    kind = Kind.COMMAND


class _PositionFields(NamedTuple):
    sequence: int
    flags: int
    epoch: int
    next: int
    time: int


class PositionEvent(_PositionFields, _Printed):
    """Every event below ``next`` was delivered, or told in a gap."""

    __slots__ = ()
    kind: ClassVar[Kind] = Kind.POSITION

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.next)

    @property
    def snapshot_end(self) -> bool:
        """The snapshot is complete; what follows is news."""
        return bool(self.flags & 1)


class _EpochChangeFields(NamedTuple):
    sequence: int
    flags: int
    previous: Position
    position: Position
    missing_first: int
    missing_last: int


class EpochChange(_EpochChangeFields, _Printed):
    """Made by the client: after a reconnect the server has another log.

    What was missed of the old one cannot be told. The stream goes on at ``position``; sequences
    ``missing_first`` to ``missing_last`` of the new log are gone (0 when none are).
    """

    __slots__ = ()


Event = Union[
    Trade, Quote, Bar, Alert, Correction, Watermark, Gap, StatusEvent, Definition, TimeEvent,
    Command, PositionEvent, EpochChange,
]  # fmt: skip
"""What iterating over a subscription or a batch yields."""
