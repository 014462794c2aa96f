"""What a server says of itself: the replies of `health`, `describe` and `authenticate`."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Optional, Tuple

from .frames import Reader


@dataclass(frozen=True)
class Health:
    """Whether the server is ready, and if not, why."""

    ready: bool
    reason: str

    @classmethod
    def decode(cls, payload: bytes) -> Health:
        reader = Reader(payload, "health")
        return cls(reader.u8("ready") == 1, reader.text("reason"))


@dataclass(frozen=True)
class Method:
    name: str
    summary: str
    streams: bool


@dataclass(frozen=True)
class RecordField:
    """A field of a record; ``type`` and ``unit`` are words, or numbers where a later server has
    more than this client knows."""

    name: str
    offset: int
    type: str
    unit: str


@dataclass(frozen=True)
class RecordLayout:
    kind: int
    version: int
    size: int
    name: str
    fields: Tuple[RecordField, ...]


@dataclass(frozen=True)
class Description:
    """The methods of a server, and how its records lie."""

    protocol_version: int
    methods: Tuple[Method, ...]
    schema_version: Optional[int]
    layouts: Tuple[RecordLayout, ...]

    @classmethod
    def decode(cls, payload: bytes) -> Description:
        reader = Reader(payload, "describe")
        version = reader.u16("protocol version")
        methods = []
        for _ in range(reader.u16("count of methods")):
            streams = reader.u8("kind of a method") == 1
            methods.append(Method(reader.text("name"), reader.text("summary"), streams))
        if not reader.remaining:
            return cls(version, tuple(methods), None, ())
        schema = reader.u16("schema version")
        layouts = tuple(_layout(reader) for _ in range(reader.u16("count of layouts")))
        return cls(version, tuple(methods), schema, layouts)


_TYPES = {1: "u8", 2: "u16", 3: "u32", 4: "u64", 5: "i64", 6: "i128", 7: "text", 8: "u48"}
_UNITS = {
    0: "none", 1: "1e-9", 2: "1e-18", 3: "ns", 4: "instrument", 5: "spec", 6: "source",
    7: "rule", 8: "text",
}  # fmt: skip


def _layout(reader: Reader) -> RecordLayout:
    kind, version, size = reader.u8("kind"), reader.u8("version"), reader.u16("size")
    name = reader.text("name")
    fields = []
    for _ in range(reader.u16("count of fields")):
        offset, type_code, unit = reader.u16("offset"), reader.u8("type"), reader.u8("unit")
        fields.append(
            RecordField(
                reader.text("name"), offset,
                _TYPES.get(type_code, str(type_code)), _UNITS.get(unit, str(unit)),
            )
        )  # fmt: skip
    return RecordLayout(kind, version, size, name, tuple(fields))


class Rights(enum.IntFlag):
    SUBSCRIBE = 1
    PUBLISH = 2
    ADMIN = 4


@dataclass(frozen=True)
class Identity:
    """Whom the server takes the client for."""

    name: str
    rights: Rights

    @classmethod
    def decode(cls, payload: bytes) -> Identity:
        reader = Reader(payload, "authenticate")
        return cls(reader.text("name"), Rights(reader.u32("rights")))
