"""The blocking client."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import time
import weakref
from collections import deque
from types import TracebackType
from typing import Callable, Deque, Optional, Tuple, Type, TypeVar, Union

from .address import Address, Tls, context_of
from .batch import Batch
from .describe import Description, Health, Identity
from .errors import Code, TickwireError
from .feed import Subscription
from .frames import HelloAck
from .publisher import Publisher
from .publication import Publication
from .retry import Backoff
from .session import Options, Participant, Session, UnaryCall
from .subscription import Feed, Policy, Start, SubscribeRequest, intervals_of
from .transport import Transport

# How often a client that nobody waits on looks after its connection, in seconds.
_KEEP_INTERVAL = 0.5
_READS_AT_ONCE = 64
C = TypeVar("C", bound="Client")


def connect(
    address: str,
    *,
    token: Optional[str] = None,
    tls: Tls = None,
    server_hostname: Optional[str] = None,
    name: str = "tickwire-python",
    timeout: float = 10.0,
    reconnect: Union[bool, Backoff] = True,
    frame_limit: int = 1 << 20,
    window: int = 4 << 20,
    compression: bool = True,
    silence: float = 5.0,
) -> Client:
    """Connects to a server and returns a client, once the handshake is done.

    ``address`` is ``host:port`` or ``unix:/path``. ``tls`` is True or an `ssl.SSLContext`. After a
    lost connection the client connects again by itself (``reconnect``: False, True or a
    `Backoff`), and subscriptions and publishers go on where they were. ``window`` is how many
    bytes a subscription may have under way; ``silence`` after how many seconds without a word
    (servers send one a second) a subscription counts as broken; 0 is never.
    """
    options = Options(
        token=token,
        name=name,
        timeout=timeout,
        reconnect=reconnect,
        frame_limit=frame_limit,
        window=window,
        compression=compression,
        silence=silence,
    )
    client = Client(Address.parse(address), options, tls, server_hostname)
    client.open()
    return client


class Client:
    """A connection to a server that mends itself; any thread may use it.

    Whoever waits for something does the reading for all; a small thread answers keep-alives
    while nobody waits.
    """

    def __init__(
        self,
        address: Address,
        options: Options,
        tls: Tls = None,
        server_hostname: Optional[str] = None,
    ) -> None:
        self.address = address
        self.options = options
        self._context: Optional[ssl.SSLContext] = context_of(tls, address)
        self._hostname = server_hostname
        self._session = Session(options)
        self._lock = threading.Condition(threading.Lock())
        self._transport: Optional[Transport] = None
        self._leading = False
        self._pumped_at = time.monotonic()
        self._dropped: Deque[Participant] = deque()
        self._stopped = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._watched = 0

    # What users call.

    def open(self) -> None:
        """Waits for the first handshake; `connect` does it."""
        session = self._session
        try:
            self.wait(lambda: session.connections > 0, None)
        except BaseException:
            self.close()
            raise
        threading.Thread(
            target=_keep, args=(weakref.ref(self), self._stopped), name="tickwire", daemon=True
        ).start()

    def subscribe(
        self,
        *subjects: str,
        policy: Union[Policy, str] = Policy.DROP_OLDEST,
        start: Start = "live",
        compress: bool = False,
        conflation: float = 0.0,
        flush: float = 0.0,
        all_instruments: bool = False,
        heartbeats: bool = False,
    ) -> Subscription:
        """Subscribes to subjects such as ``"trade.>"`` or ``"bar.*.1m"``.

        Iterate over what is returned for single events, over its ``batches()`` for speed.
        ``policy`` is what the server does when this client is slow: ``"drop-oldest"``,
        ``"conflate"``, ``"disconnect"`` or ``"lossless"``. ``start`` is ``"live"``,
        ``"snapshot"``, a `Position` or a `datetime`. ``conflation`` and ``flush`` are seconds.
        With ``heartbeats`` the bookkeeping of the stream (positions, definitions) is visible too.
        """
        request = SubscribeRequest.make(
            subjects, policy, start, compress, all_instruments, conflation, flush
        )
        feed = Feed(self._session, request, heartbeats)
        self._add(feed)
        return Subscription(self, feed)

    def publish(
        self,
        source: str,
        *,
        compress: bool = False,
        batch: int = 1,
        buffer: int = 4 << 20,
    ) -> Publisher:
        """Publishes events as the source of that name.

        Records go out when ``batch`` of them have gathered, or on `flush`. At most ``buffer``
        bytes wait for the server's word: then the next record blocks.
        """
        with self._lock:
            publication = Publication(
                self._session, source, compress=compress, most=buffer, frame=1 << 16
            )
        self._add(publication)
        return Publisher(self, publication, batch)

    def call(
        self,
        method: str,
        request: bytes = b"",
        *,
        timeout: Optional[float] = None,
        metadata: Tuple[Tuple[str, str], ...] = (),
    ) -> bytes:
        """Makes a unary call and returns its reply; ``timeout`` defaults to that of `connect`."""
        token = self.options.token
        if token is not None and not any(key == "token" for key, _ in metadata):
            metadata += (("token", token),)
        return self._unary(method, request, timeout, metadata)

    def health(self, *, timeout: Optional[float] = None) -> Health:
        """Whether the server is ready."""
        return Health.decode(self._unary("health", b"", timeout, ()))

    def describe(self, *, timeout: Optional[float] = None) -> Description:
        """The server's methods and record layouts."""
        return Description.decode(self._unary("describe", b"", timeout, ()))

    def authenticate(
        self, token: Optional[str] = None, *, timeout: Optional[float] = None
    ) -> Identity:
        """Shows a token (that of `connect` by default) and returns what it is good for."""
        shown = token if token is not None else self.options.token
        metadata = (("token", shown),) if shown is not None else ()
        identity = Identity.decode(self._unary("authenticate", b"", timeout, metadata))
        if token is not None:
            with self._lock:
                self.options = self._session.use_token(token)
        return identity

    @property
    def server(self) -> Optional[HelloAck]:
        """What the server said of itself in the handshake."""
        return self._session.server

    @property
    def connected(self) -> bool:
        """There is a connection now."""
        return self._session.is_open

    @property
    def connections(self) -> int:
        """How many there were, this one included."""
        return self._session.connections

    def close(self) -> None:
        """Ends all subscriptions, publishers and the connection."""
        with self._lock:
            if self._stopped.is_set():
                return
            self._stopped.set()
            self._session.close()
            try:
                self._send()
            except OSError:
                pass
            self._drop_transport()
            self._ring()
            self._lock.notify_all()
            while self._leading:
                self._lock.wait(0.1)
            self._selector.close()
            self._bell.close()
            self._ear.close()

    def __enter__(self: C) -> C:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        stopped = getattr(self, "_stopped", None)
        if stopped is not None and not stopped.is_set():
            stopped.set()
            if self._transport is not None:
                self._transport.close()
            self._selector.close()
            self._bell.close()
            self._ear.close()

    # What subscriptions and publishers use.

    def perform(self, action: Callable[[], None]) -> None:
        """Changes the session's state and sends what that leads to."""
        with self._lock:
            self._session.now = time.monotonic()
            action()
            self._after_change()

    def pop(self, feed: Feed, timeout: Optional[float]) -> Optional[Batch]:
        """The next batch of a feed; None when there is none within the time, or no more."""
        with self._lock:
            if not feed.ready:
                self._wait(lambda: feed.ready, timeout)
            self._session.now = time.monotonic()
            batch = feed.pop()
            transport = self._transport
            if transport is not None:
                self._flush()
                if self._leading and (self._transport is None or transport.wants_write):
                    self._ring()
            return batch

    def update(
        self, feed: Feed, conflation: Optional[int], flush: Optional[int]
    ) -> Optional[Tuple[float, float]]:
        """Changes the intervals (nanoseconds) of a feed."""
        with self._lock:
            self._session.now = time.monotonic()
            call = feed.update(conflation, flush)
            if call is None:
                return None
            self._after_change()
            self._wait(lambda: call.ended, None)
        return intervals_of(call)

    def wait(self, ready: Callable[[], bool], timeout: Optional[float]) -> bool:
        """Works on the connection until something is so; False when the time is over."""
        with self._lock:
            return self._wait(ready, timeout)

    def drop(self, participant: Participant) -> None:
        """Cancels something that nobody holds any more; safe in finalizers."""
        self._dropped.append(participant)

    def _add(self, participant: Participant) -> None:
        self.perform(lambda: self._session.add(participant))

    def _unary(
        self,
        method: str,
        request: bytes,
        timeout: Optional[float],
        metadata: Tuple[Tuple[str, str], ...],
    ) -> bytes:
        seconds = self.options.timeout if timeout is None else timeout
        with self._lock:
            self._session.now = time.monotonic()
            call = UnaryCall(self._session, method, request, seconds, metadata)
            self._session.add(call)
            self._after_change()
            self._wait(lambda: call.ended, None)
        return call.result()

    # The pump. All below is called with the lock held.

    def _wait(self, ready: Callable[[], bool], timeout: Optional[float]) -> bool:
        ends = None if timeout is None else time.monotonic() + timeout
        while not ready():
            if self._session.closed:
                if self._session.error is None and self._stopped.is_set():
                    raise TickwireError("the client was closed", code=Code.CANCELLED)
                raise self._session.ending()
            left = None if ends is None else ends - time.monotonic()
            if left is not None and left <= 0:
                return False
            if self._leading:
                self._lock.wait(left)
                continue
            self._lead(left)
        return True

    def _lead(self, timeout: Optional[float]) -> bool:
        """Reads for all, once; whether anything came."""
        self._leading = True
        try:
            return self._pump(timeout)
        finally:
            self._leading = False
            self._lock.notify_all()

    def _pump(self, timeout: Optional[float]) -> bool:
        session = self._session
        read = False
        while self._dropped:
            self._dropped.popleft().cancel()
        if self._transport is None:
            if session.wants_connection(time.monotonic()):
                self._connect()
            else:
                self._sleep(timeout)
        else:
            read = self._read()
            if not read and timeout != 0.0:
                self._sleep(timeout)
                read = self._read()
        now = time.monotonic()
        self._pumped_at = now
        if not session.closed:
            session.tick(now)
        self._flush()
        return read

    def _connect(self) -> None:
        """Opens a transport, without the lock: it may take long."""
        session = self._session
        session.transport_opening()
        transport: Optional[Transport] = None
        failure = ""
        self._lock.release()
        try:
            transport = Transport.open(
                self.address, self._context, self._hostname, self.options.timeout
            )
        except OSError as error:
            failure = f"cannot connect to {self.address}: {error.strerror or error}"
        finally:
            self._lock.acquire()
        now = time.monotonic()
        if transport is None:
            session.transport_lost(failure, now)
        elif session.closed:
            transport.close()
        else:
            self._transport = transport
            self._watched = selectors.EVENT_READ
            self._selector.register(transport.socket, self._watched)
            session.transport_opened(now)
            self._flush()

    def _read(self) -> bool:
        """Takes what the socket has; whether there was anything."""
        transport = self._transport
        if transport is None:
            return False
        try:
            data = transport.read()
        except OSError as error:
            self._lose(f"the connection broke: {error.strerror or error}")
            return True
        if data is None:
            return False
        if data:
            self._session.received(data, time.monotonic())
        else:
            self._lose("the server closed the connection")
        return True

    def _sleep(self, timeout: Optional[float]) -> None:
        """Waits for bytes, room, a ring or a deadline, without the lock."""
        self._flush()
        due = self._session.deadline()
        if due is not None:
            left = max(0.0, due - time.monotonic())
            timeout = left if timeout is None else min(left, timeout)
        self._lock.release()
        try:
            events = self._selector.select(timeout)
        finally:
            self._lock.acquire()
        if any(key.fileobj is self._ear for key, _ in events):
            try:
                self._ear.recv(4_096)
            except (BlockingIOError, InterruptedError):
                pass

    def _flush(self) -> None:
        """Sends what there is to send, and lets go of a transport that the session has ended."""
        try:
            self._send()
        except OSError as error:
            self._lose(f"the connection broke: {error.strerror or error}")
            return
        transport = self._transport
        if transport is None:
            return
        if self._session.connection is None:
            self._drop_transport()
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if transport.wants_write else 0)
        if wanted != self._watched:
            self._selector.modify(transport.socket, wanted)
            self._watched = wanted

    def _send(self) -> None:
        data = self._session.take_output()
        transport = self._transport
        if transport is not None and (data or transport.wants_write):
            transport.write(data)

    def _lose(self, reason: str) -> None:
        self._drop_transport()
        self._session.transport_lost(reason, time.monotonic())

    def _drop_transport(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            self._selector.unregister(transport.socket)
            transport.close()

    def _after_change(self) -> None:
        """Sends; the thread that waits learns of what it has to look at now."""
        self._flush()
        if self._leading:
            self._ring()

    def _ring(self) -> None:
        """Wakes the thread that waits for bytes."""
        try:
            self._bell.send(b"\0")
        except OSError:
            pass

    def keep(self) -> None:
        """Looks after a connection on which nobody waits."""
        with self._lock:
            idle = time.monotonic() - self._pumped_at
            if self._leading or self._session.closed or idle < _KEEP_INTERVAL:
                return
            for _ in range(_READS_AT_ONCE):
                if not self._lead(0.0):
                    break


def _keep(reference: weakref.ReferenceType[Client], stopped: threading.Event) -> None:
    while not stopped.wait(_KEEP_INTERVAL):
        client = reference()
        if client is None:
            return
        client.keep()
        del client

