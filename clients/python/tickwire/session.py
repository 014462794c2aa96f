"""What a client keeps while connections come and go, as a value without sockets or clock.

A `Session` owns the present `Connection` and its *participants*: calls, subscriptions and
publications. When a connection is lost it says when to connect again, and starts anew those that
go on. The blocking client and the asyncio client are shells around it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import List, Optional, Tuple, Union

from .connection import Connection, NotStarted, State
from .errors import CloseCode, Code, DeadlineExceeded, TickwireError, Unavailable
from .frames import CAPABILITY_DATA, CAPABILITY_ZLIB, MINIMUM_FRAME_LIMIT, HelloAck
from .retry import Backoff


@dataclass(frozen=True)
class Options:
    """How a client connects; times are in seconds, sizes in bytes."""

    token: Optional[str] = field(default=None, repr=False)
    name: str = "tickwire-python"
    timeout: float = 10.0
    reconnect: Union[bool, Backoff] = True
    frame_limit: int = 1 << 20
    window: int = 4 << 20
    compression: bool = True
    silence: float = 5.0

    def __post_init__(self) -> None:
        if self.frame_limit < MINIMUM_FRAME_LIMIT:
            raise ValueError(f"frame_limit: expected {MINIMUM_FRAME_LIMIT} or more")
        if not 0 < self.window < 2**32:
            raise ValueError("window: expected 1 to 4294967295 bytes")

    @property
    def capabilities(self) -> int:
        return CAPABILITY_DATA | (CAPABILITY_ZLIB if self.compression else 0)

    @property
    def backoff(self) -> Optional[Backoff]:
        if isinstance(self.reconnect, Backoff):
            return self.reconnect
        return Backoff() if self.reconnect else None


class Participant:
    """Something that uses connections, one after the other."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ended = False
        self.error: Optional[TickwireError] = None
        """Why it ended, once it has `ended`; None when all went well."""
        self.stream: Optional[int] = None
        self.retry_at = 0.0
        self.failures = 0

    @property
    def waiting(self) -> bool:
        """It wants a connection and is on none."""
        return not self.ended and self.stream is None

    def start(self, connection: Connection) -> None:
        """Makes its call on a connection."""
        raise NotImplementedError

    def tick(self, now: float) -> None:
        """Looks at the time."""

    def deadline(self) -> Optional[float]:
        return None

    def finish(self, error: Optional[TickwireError]) -> None:
        """Is over."""
        if not self.ended:
            self.ended = True
            self.error = error
        self.stream = None
        self.session.forget(self)

    def cancel(self) -> None:
        """Ends it from this side."""
        stream, connection = self.stream, self.session.connection
        if stream is not None and connection is not None:
            connection.cancel(stream)
        self.finish(None)

    def abandon(self, error: TickwireError) -> None:
        """The session ends; without an error of its own because the user closed it."""
        self.finish(error)

    def retry(self, error: TickwireError) -> None:
        """Goes on upon the next connection, or on this one after a while."""
        self.stream = None
        backoff = self.session.backoff
        if backoff is None or self.session.closed:
            self.finish(error)
            return
        connection = self.session.connection
        if connection is not None and connection.state is State.OPEN:
            # The connection lives, so the wait is this call's own.
            self.failures += 1
            if backoff.attempts is not None and self.failures >= backoff.attempts:
                self.finish(error)
                return
            self.retry_at = self.session.now + backoff.delay(self.failures, self.session.random)
        else:
            self.retry_at = 0.0


class Session:
    """Connections, one after the other, and what goes on across them."""

    def __init__(self, options: Options, seed: Optional[int] = None) -> None:
        self.options = options
        self.random = random.Random(seed)
        self.backoff = options.backoff
        self.connection: Optional[Connection] = None
        self.server: Optional[HelloAck] = None
        """What the last server said of itself."""
        self.now = 0.0
        self.closed = False
        self.error: Optional[TickwireError] = None
        """Why no connection will be tried any more; None after `close`."""
        self.last_failure: Optional[TickwireError] = None
        self.connections = 0
        """How often a handshake was completed."""
        self._connect_at: Optional[float] = 0.0
        self._failures = 0
        self._participants: List[Participant] = []
        self._farewell = b""

    # For the shell: what to do next.

    def wants_connection(self, now: float) -> bool:
        """It is time to open a transport."""
        return self._connect_at is not None and now >= self._connect_at

    def deadline(self) -> Optional[float]:
        """When `tick` or `wants_connection` is to be asked again, if nothing comes in."""
        times = [self._connect_at]
        if self.connection is not None:
            times.append(self.connection.deadline())
            if self.connection.accepts_calls:
                times += [each.retry_at for each in self._participants if each.waiting]
        times += [each.deadline() for each in self._participants]
        return min((time for time in times if time is not None), default=None)

    def take_output(self) -> bytes:
        """Bytes to send."""
        connection = self.connection
        data = self._farewell + (connection.take_output() if connection is not None else b"")
        self._farewell = b""
        return data

    @property
    def is_open(self) -> bool:
        """A handshake is done and the connection lives."""
        connection = self.connection
        return connection is not None and connection.state in (State.OPEN, State.DRAINING)

    # For the shell: what has happened.

    def transport_opening(self) -> None:
        """The shell has begun to connect."""
        self._connect_at = None

    def transport_opened(self, now: float) -> None:
        """Bytes can be sent."""
        self.now = now
        self._connect_at = None
        options = self.options
        self.connection = Connection(
            now,
            name=options.name,
            frame_limit=options.frame_limit,
            capabilities=options.capabilities,
            handshake_timeout=options.timeout,
        )

    def transport_lost(self, reason: str, now: float) -> None:
        """The transport ended, or could not be opened."""
        self.now = now
        connection = self.connection
        if connection is not None:
            connection.end_of_stream(reason)
            self._retire()
        elif not self.closed:
            self._plan(Unavailable(reason))
        # What was meant for the transport that is gone must not be the first on the next.
        self._farewell = b""

    def received(self, data: bytes, now: float) -> None:
        """Bytes came in."""
        self.now = now
        connection = self.connection
        if connection is None:
            return
        before = connection.state
        connection.receive(data, now)
        if before is State.HANDSHAKE and connection.ack is not None:
            self.server = connection.ack
            self.connections += 1
        self._work(now)

    def tick(self, now: float) -> None:
        """Looks at the time. Bytes that wait to be read are to be given first."""
        self.now = now
        if self.connection is not None:
            self.connection.tick(now)
        self._work(now)

    # For the clients.

    def add(self, participant: Participant) -> None:
        """Begins something; it starts as soon as there is a connection."""
        if self.closed:
            participant.finish(self.ending())
            return
        self._participants.append(participant)
        self._work(self.now)

    def forget(self, participant: Participant) -> None:
        if participant in self._participants:
            self._participants.remove(participant)

    def progress(self) -> None:
        """A server delivered something: failures are counted anew."""
        self._failures = 0

    def ending(self) -> TickwireError:
        """What to raise where the session is needed but over."""
        if self.error is not None:
            return self.error.copy()
        return TickwireError("the client was closed", code=Code.CANCELLED)

    def use_token(self, token: str) -> Options:
        """Calls from now on, and subscriptions that start anew, show another token."""
        self.options = replace(self.options, token=token)
        return self.options

    def close(self) -> None:
        """Ends everything in good order."""
        self._end(None)

    # Inner workings.

    def _work(self, now: float) -> None:
        connection = self.connection
        if connection is not None and connection.state is State.CLOSED:
            self._retire()
            connection = None
        for participant in list(self._participants):
            participant.tick(now)
        if connection is None:
            return
        for participant in list(self._participants):
            if participant.waiting and participant.retry_at <= now and connection.accepts_calls:
                try:
                    participant.start(connection)
                except TickwireError as fault:
                    participant.finish(fault)
        if not connection.accepts_calls and not connection.running:
            if connection.state is State.OPEN:  # All ids of streams are used up.
                error = Unavailable("the connection has no stream left")
                error.close_code = CloseCode.SHUT_DOWN
                connection.fail(error)
            if connection.state is State.CLOSED:
                self._retire()

    def _retire(self) -> None:
        """Puts a closed connection away and plans the next."""
        connection = self.connection
        if connection is None:
            return
        self._farewell += connection.take_output()
        self.connection = None
        if not self.closed:
            self._plan(connection.error or Unavailable("the connection was closed"))

    def _plan(self, error: TickwireError) -> None:
        self.last_failure = error
        self._failures += 1
        backoff = self.backoff
        mendable = isinstance(error, Unavailable) and backoff is not None and self.connections > 0
        if backoff is None or not mendable:
            self._end(error)
        elif backoff.attempts is not None and self._failures >= backoff.attempts:
            self._end(error)
        else:
            self._connect_at = self.now + backoff.delay(self._failures, self.random)

    def _end(self, error: Optional[TickwireError]) -> None:
        if self.closed:
            return
        self.closed = True
        self.error = error
        self._connect_at = None
        connection = self.connection
        participants, self._participants = self._participants, []
        for participant in participants:
            participant.abandon(self.ending())
        if connection is not None:
            connection.close()
            self._farewell += connection.take_output()
            self.connection = None


class UnaryCall(Participant):
    """One request and its reply. It is made once: when the connection is lost meanwhile it fails,
    since nobody knows whether the server has done it."""

    def __init__(
        self,
        session: Session,
        method: str,
        request: bytes,
        timeout: Optional[float],
        metadata: Tuple[Tuple[str, str], ...],
    ) -> None:
        super().__init__(session)
        self.method = method
        self.reply = b""
        self._request = request
        self._metadata = metadata
        self._ends = None if timeout is None else session.now + timeout

    def start(self, connection: Connection) -> None:
        left = None if self._ends is None else max(self._ends - self.session.now, 1e-9)
        self.stream = connection.call(
            self.method, self._request, self, unary=True, timeout=left, metadata=self._metadata
        )

    def result(self) -> bytes:
        """The reply, once it has ended; raises how it failed."""
        if self.error is not None:
            raise self.error.copy()
        return self.reply

    def on_message(self, payload: bytes) -> None:
        self.reply = payload
        self.session.progress()

    def on_data(self, payload: bytes, compressed: bool) -> None:
        raise AssertionError("a unary call takes no data")

    def on_end(self, error: Optional[TickwireError]) -> None:
        if isinstance(error, NotStarted) and self.session.backoff is not None:
            self.stream = None
        else:
            self.finish(error)

    def deadline(self) -> Optional[float]:
        return self._ends

    def tick(self, now: float) -> None:
        if self._ends is not None and now >= self._ends:
            last = self.session.last_failure
            waiting = self.stream is None and last is not None
            self.cancel()
            self.error = DeadlineExceeded(
                f"{self.method} was not answered in time"
                + (f"; no connection: {last.message}" if waiting and last else "")
            )
