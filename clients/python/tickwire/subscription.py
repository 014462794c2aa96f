"""One subscription across connections, as a value: its request, its position, what has come."""

from __future__ import annotations

import enum
import struct
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Deque, NamedTuple, Optional, Tuple, Union

from .batch import Batch, Show
from .connection import Connection
from .errors import InvalidArgument, ProtocolError, TickwireError, Unavailable, Unimplemented
from .frames import CAPABILITY_DATA, CAPABILITY_ZLIB, HEADER_SIZE, Reader, encode_text
from .names import Names
from .records import EpochChange, Position
from .scanner import Scanner, inflate
from .session import Participant, Session, UnaryCall

UNCHANGED = 2**64 - 1
_HOUR = 3600 * 10**9
_COMPRESS, _ALL_INSTRUMENTS = 1, 2


class Policy(enum.IntEnum):
    """What the server does for a client that does not keep up."""

    LOSSLESS = 1
    DROP_OLDEST = 2
    CONFLATE = 3
    DISCONNECT = 4

    @classmethod
    def of(cls, value: Union[Policy, str]) -> Policy:
        if isinstance(value, Policy):
            return value
        try:
            return cls[value.upper().replace("-", "_")]
        except (KeyError, AttributeError):
            known = ", ".join(each.name.lower().replace("_", "-") for each in cls)
            raise InvalidArgument(f"policy: expected one of {known}, found {value!r}") from None


Start = Union[str, Position, datetime]
"""``"live"``, ``"snapshot"``, a position, or a time with its zone."""


class StartCode(enum.IntEnum):
    LIVE = 1
    SNAPSHOT = 2
    POSITION = 3
    TIME = 4


class Resume(enum.IntEnum):
    """What the server says of a start at a position."""

    NOT_ASKED = 0
    COMPLETE = 1
    INCOMPLETE = 2
    OTHER_EPOCH = 3


def nanoseconds_of(moment: datetime) -> int:
    """Nanoseconds since 1970; InvalidArgument without a time zone."""
    if moment.tzinfo is None:
        raise InvalidArgument(
            "time: expected one with a time zone, found one without",
            "for UTC pass datetime(…, tzinfo=timezone.utc)",
        )
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since // timedelta(microseconds=1)) * 1_000


@dataclass(frozen=True)
class SubscribeRequest:
    """The request of the call `subscribe`; intervals are in nanoseconds."""

    subjects: Tuple[str, ...]
    policy: Policy = Policy.DISCONNECT
    start: StartCode = StartCode.LIVE
    epoch: int = 0
    origin: int = 0
    compress: bool = False
    all_instruments: bool = False
    conflation: int = 0
    flush: int = 0

    def encode(self) -> bytes:
        flags = (_COMPRESS if self.compress else 0) | (
            _ALL_INSTRUMENTS if self.all_instruments else 0
        )
        head = struct.pack(
            "<BBHQQQQH", self.policy, self.start, flags, self.epoch,
            self.origin & UNCHANGED, self.conflation, self.flush, len(self.subjects),
        )  # fmt: skip
        return head + b"".join(map(encode_text, self.subjects))

    @classmethod
    def make(
        cls,
        subjects: Tuple[str, ...],
        policy: Union[Policy, str],
        start: Start,
        compress: bool,
        all_instruments: bool,
        conflation: float,
        flush: float,
    ) -> SubscribeRequest:
        """Checks what a user gave; intervals are in seconds."""
        if not 1 <= len(subjects) <= 1_024:
            raise InvalidArgument(f"subjects: expected 1 to 1024, found {len(subjects)}")
        for subject in subjects:
            if not 1 <= len(subject.encode("utf-8")) <= 1_024:
                raise InvalidArgument(f"subject: expected 1 to 1024 bytes, found {subject[:40]!r}")
        code, epoch, origin = _start_of(start)
        return cls(
            subjects, Policy.of(policy), code, epoch, origin, compress, all_instruments,
            interval_of(conflation, "conflation"), interval_of(flush, "flush"),
        )  # fmt: skip

    def resumed(self, position: Position) -> SubscribeRequest:
        """The same from a position on."""
        return replace(
            self, start=StartCode.POSITION, epoch=position.epoch, origin=position.next
        )


def _start_of(start: Start) -> Tuple[StartCode, int, int]:
    if isinstance(start, Position):
        if not (0 <= start.epoch < 2**64 and 0 <= start.next < 2**64):
            raise InvalidArgument(f"start: expected a position, found {start}")
        return StartCode.POSITION, start.epoch, start.next
    if isinstance(start, datetime):
        return StartCode.TIME, 0, nanoseconds_of(start)
    if start == "live":
        return StartCode.LIVE, 0, 0
    if start == "snapshot":
        return StartCode.SNAPSHOT, 0, 0
    raise InvalidArgument(
        f'start: expected "live", "snapshot", a Position or a datetime, found {start!r}'
    )


def interval_of(seconds: float, what: str) -> int:
    """Nanoseconds of an interval of up to an hour."""
    nanoseconds = round(seconds * 1e9)
    if not 0 <= nanoseconds <= _HOUR:
        raise InvalidArgument(f"{what}: expected 0 to 3600 seconds, found {seconds}")
    return nanoseconds


def intervals_of(call: UnaryCall) -> Tuple[float, float]:
    """The reply of `subscription.update`: conflation and flush interval in seconds."""
    reader = Reader(call.result(), "subscription.update")
    return reader.u64("conflation interval") / 1e9, reader.u64("flush interval") / 1e9


class Answer(NamedTuple):
    """What the server granted; intervals are in nanoseconds."""

    epoch: int
    next: int
    policy: int
    resume: int
    flags: int
    missing_first: int
    missing_last: int
    conflation: int
    flush: int
    warnings: Tuple[str, ...]

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.next)

    @classmethod
    def decode(cls, payload: bytes) -> Answer:
        reader = Reader(payload, "answer to subscribe")
        fields = (
            reader.u64("epoch"), reader.u64("next"), reader.u8("policy"), reader.u8("resume"),
            reader.u16("flags"), reader.u64("missing first"), reader.u64("missing last"),
            reader.u64("conflation interval"), reader.u64("flush interval"),
        )  # fmt: skip
        warnings = tuple(reader.text("warning") for _ in range(reader.u16("count")))
        answer = cls(*fields, warnings)
        if answer.resume > Resume.OTHER_EPOCH:
            raise ProtocolError("resume of the answer", "0 to 3", answer.resume)
        if answer.resume == Resume.INCOMPLETE and not (
            0 < answer.missing_first <= answer.missing_last
        ):
            raise ProtocolError(
                "missing of the answer", "a range", (answer.missing_first, answer.missing_last)
            )
        return answer


def _shown(subjects: Tuple[str, ...]) -> Show:
    """Definitions are news to those who ask for them, and mere names to the others."""
    kinds = {subject.partition(".")[0] for subject in subjects}
    return Show.DEFINITIONS if kinds & {"definition", "*", ">"} else Show.NONE


class Feed(Participant):
    """A subscription. `pop` gives what has come; what is taken is given back as credit."""

    def __init__(self, session: Session, request: SubscribeRequest, heartbeats: bool) -> None:
        super().__init__(session)
        self.request = request
        self.answer: Optional[Answer] = None
        self.answers = 0
        self._show = Show.ALL if heartbeats else _shown(request.subjects)
        self._queue: Deque[Tuple[Batch, int, int]] = deque()
        self._scanner: Optional[Scanner] = None
        self._generation = 0
        self._window = 0
        self._credit = 0
        self._owed = 0
        self._heard = 0.0
        self._answered = False
        self._asked: Optional[Position] = None

    # For the clients.

    @property
    def ready(self) -> bool:
        """`pop` has something, or all is over."""
        return bool(self._queue) or self.ended

    @property
    def ready_batches(self) -> int:
        """How many batches `pop` would give."""
        return len(self._queue)

    @property
    def received(self) -> Optional[Position]:
        """The position behind all that has come, taken or not."""
        return self._scanner.position if self._scanner is not None else None

    def pop(self) -> Optional[Batch]:
        """The next batch, if there is one."""
        if not self._queue:
            return None
        batch, cost, generation = self._queue.popleft()
        if generation == self._generation:
            self._take(cost)
        return batch

    def update(self, conflation: Optional[int], flush: Optional[int]) -> Optional[UnaryCall]:
        """Changes intervals (nanoseconds) of the stream that runs and of those that follow; the
        call to wait for, or None when no stream runs."""
        if conflation is not None:
            self.request = replace(self.request, conflation=conflation)
        if flush is not None:
            self.request = replace(self.request, flush=flush)
        if self.stream is None:
            return None
        request = struct.pack(
            "<IIQQ", self.stream, 0,
            UNCHANGED if conflation is None else conflation,
            UNCHANGED if flush is None else flush,
        )  # fmt: skip
        session = self.session
        call = UnaryCall(
            session, "subscription.update", request, session.options.timeout, self._metadata()
        )
        session.add(call)
        return call

    # As a participant.

    def cancel(self) -> None:
        self._queue.clear()
        super().cancel()

    def abandon(self, error: TickwireError) -> None:
        if self.session.error is None:
            self._queue.clear()
        super().abandon(error)

    def start(self, connection: Connection) -> None:
        ack = connection.ack
        assert ack is not None
        if not connection.capabilities & CAPABILITY_DATA:
            raise Unimplemented(
                f"{ack.server} has no data plane here", "connect to the address of its data feed"
            )
        request = self._next_request()
        if not connection.capabilities & CAPABILITY_ZLIB:
            request = replace(request, compress=False)
        self._asked = (
            Position(request.epoch, request.origin)
            if request.start is StartCode.POSITION
            else None
        )
        self._window = self._credit = min(self.session.options.window, ack.credit)
        self._generation += 1
        self._owed = 0
        self._answered = False
        self.stream = connection.call(
            "subscribe",
            request.encode(),
            self,
            credit=self._window,
            metadata=self._metadata(),
            takes_data=True,
        )

    def _metadata(self) -> Tuple[Tuple[str, str], ...]:
        token = self.session.options.token
        return (("token", token),) if token is not None else ()

    def _next_request(self) -> SubscribeRequest:
        """As the user asked, or from where the last stream stood."""
        scanner = self._scanner
        if scanner is None:
            return self.request
        if self.request.start is StartCode.SNAPSHOT and not scanner.snapshot_complete:
            return self.request
        return self.request.resumed(scanner.position)

    def on_message(self, payload: bytes) -> None:
        self._spend(len(payload))
        try:
            if self._answered:
                raise ProtocolError("subscription", "one message, the answer", "another")
            self._begin(Answer.decode(payload))
        except ProtocolError as error:
            self._fail(error)
            return
        self._take(len(payload) + HEADER_SIZE)

    def _begin(self, answer: Answer) -> None:
        before = self._scanner
        self.answer = answer
        self.answers += 1
        self._answered = True
        self.failures = 0
        self.session.progress()
        start, missing = answer.position, None
        asked = self._asked
        if asked is not None and answer.resume == Resume.NOT_ASKED:
            raise ProtocolError("resume of the answer", "1 to 3 for a start at a position", 0)
        changed = asked is not None and (
            answer.resume == Resume.OTHER_EPOCH or answer.epoch != asked.epoch
        )
        if asked is not None and not changed:
            start = asked
            if answer.resume == Resume.INCOMPLETE:
                missing = (answer.missing_first, answer.missing_last)
        self._scanner = Scanner(
            start,
            ordered=answer.policy != Policy.CONFLATE,
            show=self._show,
            missing=missing,
        )
        if before is not None:
            self._scanner.snapshot_complete = before.snapshot_complete
        if changed and asked is not None:
            event = EpochChange(
                0, 0, asked, start, answer.missing_first, answer.missing_last
            )  # fmt: skip
            batch = Batch(b"", (), Names(), asked, start, 1, self._show, (event,))
            self._queue.append((batch, 0, self._generation))

    def on_data(self, payload: bytes, compressed: bool) -> None:
        self._spend(len(payload))
        self.session.progress()
        try:
            if not self._answered or self._scanner is None:
                raise ProtocolError("subscription", "the answer first", "data")
            records = payload
            if compressed:
                records = inflate(payload, self.session.options.frame_limit)
            batches = self._scanner.scan(records)
        except TickwireError as error:
            self._fail(error)
            return
        cost = len(payload) + HEADER_SIZE
        if not batches:
            self._take(cost)
        for batch in batches:
            self._queue.append((batch, cost, self._generation))
            cost = 0

    def on_end(self, error: Optional[TickwireError]) -> None:
        if isinstance(error, Unavailable):
            self.retry(error)
        else:
            self.finish(error)

    def deadline(self) -> Optional[float]:
        if self.stream is None or not self._answered or self._credit <= 0:
            return None
        silence = self.session.options.silence
        return self._heard + silence if silence > 0 else None

    def tick(self, now: float) -> None:
        due = self.deadline()
        connection = self.session.connection
        if due is None or now < due or self.stream is None or connection is None:
            return
        connection.cancel(self.stream)
        silence = self.session.options.silence
        self.retry(Unavailable(f"the subscription was silent for {silence:g} seconds"))

    # Credit.

    def _spend(self, payload: int) -> None:
        self._heard = self.session.now
        self._credit -= payload + HEADER_SIZE

    def _take(self, cost: int) -> None:
        """The consumer has taken so many bytes: gives credit back by halves of the window."""
        self._owed += cost
        connection = self.session.connection
        if self._owed * 2 < self._window or self.stream is None or connection is None:
            return
        if self._credit <= 0:
            self._heard = self.session.now
        connection.give_credit(self.stream, self._owed)
        self._credit += self._owed
        self._owed = 0

    def _fail(self, error: TickwireError) -> None:
        connection = self.session.connection
        if self.stream is not None and connection is not None:
            connection.cancel(self.stream)
        self.finish(error)
