"""Events as a line for people, and as plain values for JSON."""

from __future__ import annotations

import enum
from datetime import timezone
from decimal import Decimal
from typing import Any, Dict, List, Optional

from .fixed import UNDEFINED, decimal_of
from .names import Instrument
from .records import (
    Alert, Bar, Command, ConflatedTrade, Correction, Definition, EpochChange, Event, Flags, Gap,
    Position, PositionEvent, Quote, StatusEvent, TimeEvent, Trade, Watermark, datetime_of,
)  # fmt: skip

_TIMES = frozenset(("time", "receive_time", "start", "end", "old_time", "since"))
_FLAGS = tuple((int(flag), str(flag.name).lower().replace("_", "-")) for flag in Flags)


def number(value: Optional[Decimal]) -> str:
    """A decimal without exponent; a dash where there is none."""
    return "-" if value is None or value.is_nan() else format(value, "f")


def clock(nanoseconds: int) -> str:
    """The time of day, to the millisecond, in UTC."""
    moment = datetime_of(nanoseconds)
    if moment is None:
        return "-".ljust(12)
    return moment.astimezone(timezone.utc).strftime("%H:%M:%S.%f")[:12]


def line(event: Event) -> str:
    """An event on one line."""
    if isinstance(event, PositionEvent):
        what = "snapshot complete" if event.snapshot_end else "position"
        return f"{clock(event.time)}  {'':>10}  {what}  {event.epoch}:{event.next}"
    if isinstance(event, EpochChange):
        return f"{'':12}  {'':>10}  epoch changed  {event.previous} to {event.position}"
    subject, words = _words(event)
    moment: Any = getattr(event, "time", None) or getattr(event, "start", UNDEFINED)
    sequence = str(event.sequence) if event.sequence else ""
    if not isinstance(event, Definition):
        words += [name for flag, name in _FLAGS if event.flags & flag]
    return "  ".join([clock(moment), sequence.rjust(10), subject, *words])


def _words(event: Event) -> tuple[str, List[str]]:
    if isinstance(event, Trade):
        words = [number(event.price), f"size {number(event.size)}", event.side.name.lower()]
        if isinstance(event, ConflatedTrade):
            words += [
                f"of {event.trades} from {number(event.first)}, low {number(event.low)},"
                f" high {number(event.high)}, volume {number(event.volume)}"
            ]
        return f"trade.{event.key}", words + _source(event.source)
    if isinstance(event, Quote):
        sizes = f"{number(event.bid_size)} x {number(event.ask_size)}"
        prices = f"{number(event.bid)} / {number(event.ask)}"
        return f"quote.{event.key}", [prices, sizes, *_source(event.source)]
    if isinstance(event, Bar):
        prices = "  ".join(
            f"{name} {number(value)}"
            for name, value in (
                ("open", event.open), ("high", event.high), ("low", event.low),
                ("close", event.close), ("volume", event.volume),
            )
        )  # fmt: skip
        state = event.state.name.lower()
        return f"bar.{event.instrument}.{event.spec}", [prices, f"ticks {event.ticks}", state]
    return _other_words(event)


def _other_words(event: Event) -> tuple[str, List[str]]:
    if isinstance(event, Alert):
        values = f"{number(event.value)} against {number(event.threshold)}"
        return f"alert.{event.rule}", [str(event.instrument), event.state.name.lower(), values]
    if isinstance(event, Correction):
        new = "cancelled" if event.cancels else f"now {number(event.new_price)}"
        was = f"was {number(event.old_price)}"
        return f"correction.{event.instrument}", [f"of {event.target}", was, new]
    if isinstance(event, Watermark):
        return f"watermark.{event.source or event.spec}", [f"until {clock(event.end)}"]
    if isinstance(event, Gap):
        lost = f"{event.first} to {event.last} lost ({event.lost})"
        return f"gap.{event.subscriber or ''}", [lost, event.reason.name.lower()]
    if isinstance(event, StatusEvent):
        scope = event.scope.name.lower()
        name = event.instrument or event.subject
        change = f"{event.previous.name.lower()} to {event.code.name.lower()}"
        return f"status.{scope}.{name}", [change, *_source(event.reason)]
    if isinstance(event, Definition):
        return f"definition.{event.namespace_name}.{event.text}", [f"id {event.id}"]
    if isinstance(event, Command):
        return f"command.{event.plugin}", [str(event.command)]
    assert isinstance(event, TimeEvent)
    return "time", []


def _source(source: Optional[str]) -> List[str]:
    return [source] if source else []


def plain(event: Event) -> Dict[str, Any]:
    """Names and values that JSON has: numbers that may be large or fractional are text, times are
    ISO 8601 to the nanosecond, what is undefined is left out."""
    kind = "epoch_change" if isinstance(event, EpochChange) else event.kind.name.lower()
    made: Dict[str, Any] = {"kind": kind}
    value: Any
    for name, value in zip(event._fields, event):
        if name == "flags" and not isinstance(event, (PositionEvent, Definition)):
            made[name] = [word for flag, word in _FLAGS if value & flag]
        elif name == "raw_venue_sequence":
            if value and isinstance(event, Trade):
                made["venue_sequence"] = event.venue_sequence
        elif name == "raw_side":
            if isinstance(event, Trade):
                made["side"] = event.side.name.lower()
        elif name.endswith("_e9") or name.endswith("_e18"):
            if value != UNDEFINED:
                base, _, places = name.rpartition("_e")
                made[base] = format(decimal_of(value, int(places)), "f")
        elif name in _TIMES:
            if value != UNDEFINED:
                made[name] = iso(value)
        elif isinstance(value, Instrument):
            made[name] = value.key
        elif isinstance(value, Position):
            made[name] = str(value)
        elif isinstance(value, enum.Enum):
            made[name] = value.name.lower()
        elif value is not None:
            made[name] = value
    if isinstance(event, ConflatedTrade):
        for name in ("first", "high", "low", "volume"):
            made[name] = number(getattr(event, name))
        made["trades"] = event.trades
    if isinstance(event, PositionEvent):
        made["snapshot_end"] = event.snapshot_end
    return made


def iso(nanoseconds: int) -> str:
    """ISO 8601 in UTC with nine decimals."""
    moment = datetime_of(nanoseconds)
    if moment is None:
        return str(nanoseconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{nanoseconds % 10**9:09d}Z"
