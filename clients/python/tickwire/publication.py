"""One publication across connections, as a value: what was sent, what the server has decided."""

from __future__ import annotations

import struct
from collections import deque
from typing import Deque, Dict, List, NamedTuple, Optional, Tuple, Union

from . import encode
from .connection import Connection
from .errors import Code, InvalidArgument, ProtocolError, TickwireError, Unavailable, Unimplemented
from .frames import CAPABILITY_DATA, CAPABILITY_ZLIB, HEADER_SIZE, Reader, encode_text
from .names import Instrument, Namespace
from .scanner import deflate
from .session import Participant, Session

_MOST_IDS = 65_535
_REJECTS_KEPT = 1_024


class Reject(NamedTuple):
    """A record that the server did not take."""

    sequence: int
    code: int
    reason: str

    def __str__(self) -> str:
        name = Code(self.code).name if 0 <= self.code <= 16 else str(self.code)
        return f"record {self.sequence}: {name}: {self.reason}"


class Acknowledgement(NamedTuple):
    """How far the server has come: every record up to client sequence ``decided`` was taken or
    rejected; ``position`` is the engine's sequence of the last that was taken, in ``epoch``."""

    decided: int
    accepted: int
    rejected: int
    epoch: int
    position: int
    credit: int
    rejects: Tuple[Reject, ...]

    @classmethod
    def decode(cls, payload: bytes) -> Acknowledgement:
        reader = Reader(payload, "acknowledgement")
        numbers = (
            reader.u64("decided"), reader.u64("accepted"), reader.u64("rejected"),
            reader.u64("epoch"), reader.u64("position"), reader.u32("credit"),
        )  # fmt: skip
        rejects = tuple(
            Reject(reader.u64("sequence"), reader.u8("code"), reader.text("reason"))
            for _ in range(reader.u16("count"))
        )
        return cls(*numbers, rejects)


def encode_publish(name: str, instance: int) -> bytes:
    """The request of the call `publish`."""
    return struct.pack("<HQ", 0, instance) + encode_text(name)


class Publication(Participant):
    """Records on their way. Each is kept until the server has decided over it; after a lost
    connection those that are left are sent again, so that none is lost and none comes twice."""

    def __init__(
        self, session: Session, name: str, *, compress: bool, most: int, frame: int
    ) -> None:
        super().__init__(session)
        if not 1 <= len(name.encode("utf-8")) <= 255:
            raise InvalidArgument(f"source name: expected 1 to 255 bytes, found {name[:40]!r}")
        self.name = name
        self.instance = session.random.getrandbits(64) or 1
        self.acknowledgement: Optional[Acknowledgement] = None
        self.rejects: Deque[Reject] = deque(maxlen=_REJECTS_KEPT)
        self.sequence = 0
        """Of the last record given."""
        self.undecided_bytes = 0
        self._compress = compress
        self._most = most
        self._frame = frame
        self._definitions: List[bytes] = []
        self._ids: Dict[Tuple[int, str], int] = {}
        self._counts: Dict[int, int] = {}
        self._undecided: Deque[Tuple[int, bytes]] = deque()
        self._outgoing: Deque[bytes] = deque()
        self._credit = 0
        self._acknowledged = False
        self._finishing = False
        self._end_sent = False
        self._window = 0
        self._owed = 0

    # For the clients.

    @property
    def has_room(self) -> bool:
        """Another record may be given."""
        return self.ended or self.undecided_bytes < self._most

    @property
    def decided(self) -> bool:
        """The server has decided over all that was given, or all is over."""
        return self.ended or not self._undecided

    def id_of(self, namespace: int, text: Union[str, Instrument]) -> int:
        """The id of a name; a new one is defined."""
        instrument: Optional[Instrument] = None
        if namespace == Namespace.INSTRUMENT:
            instrument = text if isinstance(text, Instrument) else Instrument(0, text)
            if not isinstance(text, Instrument) and "@" in text:
                symbol, _, venue = text.rpartition("@")
                instrument = Instrument(0, text, symbol=symbol, venue=venue)
        name = str(text)
        id = self._ids.get((namespace, name))
        if id is None:
            id = self._counts.get(namespace, 0) + 1
            if id > _MOST_IDS:
                raise InvalidArgument(f"a publisher may define at most {_MOST_IDS} names of a kind")
            self._counts[namespace] = id
            self._ids[namespace, name] = id
            record = encode.definition(id, namespace, name, instrument)
            self._definitions.append(record)
            self._outgoing.append(record)
        return id

    def add(self, sequence: int, record: bytes) -> None:
        """Gives a record; `send` sends it."""
        if self._finishing:
            raise InvalidArgument("the publisher was closed")
        self.sequence = sequence
        self.undecided_bytes += len(record)
        self._undecided.append((sequence, record))
        self._outgoing.append(record)

    def finish_sending(self) -> None:
        """No more records will be given."""
        self._finishing = True
        self.send()

    def send(self) -> None:
        """Sends what the server's credit allows."""
        connection = self.session.connection
        if self.stream is None or connection is None or not self._acknowledged:
            return
        ack = connection.ack
        assert ack is not None
        most = min(self._frame, ack.frame_limit)
        compress = self._compress and bool(connection.capabilities & CAPABILITY_ZLIB)
        outgoing = self._outgoing
        while outgoing and self._credit > 0:
            parts = [outgoing.popleft()]
            size = len(parts[0])
            while outgoing and size + len(outgoing[0]) <= most:
                size += len(outgoing[0])
                parts.append(outgoing.popleft())
            self._send_frame(connection, b"".join(parts), compress and size >= 256)
        if self._finishing and not outgoing and not self._end_sent and self._credit > 0:
            self._send_frame(connection, b"", False)

    def _send_frame(self, connection: Connection, records: bytes, compress: bool) -> None:
        assert self.stream is not None
        payload = deflate(records) if compress else records
        if len(payload) >= len(records):
            payload, compress = records, False
        end = self._finishing and not self._outgoing
        self._end_sent = self._end_sent or end
        self._credit -= len(payload) + HEADER_SIZE
        connection.send_data(self.stream, payload, compressed=compress, end=end)

    # As a participant.

    def start(self, connection: Connection) -> None:
        ack = connection.ack
        assert ack is not None
        if not connection.capabilities & CAPABILITY_DATA:
            raise Unimplemented(
                f"{ack.server} has no data plane here", "connect to the address of its data feed"
            )
        self._credit = 0
        self._acknowledged = False
        self._end_sent = False
        self._owed = 0
        self._window = min(1 << 16, ack.credit)
        token = self.session.options.token
        self.stream = connection.call(
            "publish",
            encode_publish(self.name, self.instance),
            self,
            credit=self._window,
            metadata=(("token", token),) if token is not None else (),
        )

    def on_message(self, payload: bytes) -> None:
        self.session.progress()
        self.failures = 0
        try:
            self._acknowledge(Acknowledgement.decode(payload))
        except ProtocolError as error:
            connection = self.session.connection
            if self.stream is not None and connection is not None:
                connection.cancel(self.stream)
            self.finish(error)
            return
        self._owed += len(payload) + HEADER_SIZE
        connection = self.session.connection
        if self._owed * 2 >= self._window and self.stream is not None and connection is not None:
            connection.give_credit(self.stream, self._owed)
            self._owed = 0
        self.send()

    def _acknowledge(self, ack: Acknowledgement) -> None:
        if ack.decided > self.sequence:
            raise ProtocolError(
                "decided of an acknowledgement", f"at most {self.sequence}", ack.decided
            )
        self.acknowledgement = ack
        undecided = self._undecided
        while undecided and undecided[0][0] <= ack.decided:
            self.undecided_bytes -= len(undecided.popleft()[1])
        self.rejects.extend(ack.rejects)
        self._credit += ack.credit
        if not self._acknowledged:
            self._acknowledged = True
            self._outgoing = deque(self._definitions)
            self._outgoing.extend(record for _, record in undecided)

    def on_data(self, payload: bytes, compressed: bool) -> None:
        raise AssertionError("a publication takes no data")

    def on_end(self, error: Optional[TickwireError]) -> None:
        if isinstance(error, Unavailable):
            self.retry(error)
        elif error is None and self._undecided:
            self.finish(
                TickwireError(
                    f"the server ended the call with {len(self._undecided)} records undecided",
                    code=Code.ABORTED,
                )
            )
        else:
            self.finish(error)
