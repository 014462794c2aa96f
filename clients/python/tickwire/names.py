"""What ids stand for: instruments, specs, sources, rules and texts of one stream."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Dict, Optional

from .fixed import UNDEFINED, optional_of


class Namespace(enum.IntEnum):
    INSTRUMENT = 1
    SPEC = 2
    SOURCE = 3
    RULE = 4
    TEXT = 5


class Instrument:
    """An instrument as the server defined it. ``str()`` gives its key."""

    __slots__ = (
        "id", "key", "symbol", "venue", "currency", "calendar", "name",
        "price_precision", "size_precision", "increment_e9",
    )  # fmt: skip

    def __init__(
        self,
        id: int,
        key: str,
        *,
        symbol: str = "",
        venue: str = "",
        currency: str = "",
        calendar: str = "",
        name: str = "",
        price_precision: int = 0,
        size_precision: int = 0,
        increment_e9: int = UNDEFINED,
    ) -> None:
        self.id = id
        self.key = key
        self.symbol = symbol or key
        self.venue = venue
        self.currency = currency
        self.calendar = calendar
        self.name = name
        self.price_precision = price_precision
        self.size_precision = size_precision
        self.increment_e9 = increment_e9

    @property
    def increment(self) -> Optional[Decimal]:
        """The smallest price step."""
        return optional_of(self.increment_e9)

    def __str__(self) -> str:
        return self.key

    def __repr__(self) -> str:
        return f"Instrument({self.id}, {self.key!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instrument):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.id, self.key))


class Names:
    """The dictionaries of one stream; 0 is none. A copy is made before an id changes its meaning,
    so that records which came earlier keep theirs."""

    __slots__ = ("instruments", "specs", "sources", "rules", "texts")

    def __init__(self) -> None:
        self.instruments: Dict[int, Optional[Instrument]] = {0: None}
        self.specs: Dict[int, Optional[str]] = {0: None}
        self.sources: Dict[int, Optional[str]] = {0: None}
        self.rules: Dict[int, Optional[str]] = {0: None}
        self.texts: Dict[int, Optional[str]] = {0: None}

    def of(self, namespace: int) -> Optional[Dict[int, Optional[str]]]:
        """The dictionary of a namespace other than that of instruments."""
        if namespace == Namespace.SPEC:
            return self.specs
        if namespace == Namespace.SOURCE:
            return self.sources
        if namespace == Namespace.RULE:
            return self.rules
        return self.texts if namespace == Namespace.TEXT else None

    def copy(self) -> Names:
        twin = Names()
        twin.instruments = dict(self.instruments)
        twin.specs = dict(self.specs)
        twin.sources = dict(self.sources)
        twin.rules = dict(self.rules)
        twin.texts = dict(self.texts)
        return twin
