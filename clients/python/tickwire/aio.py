"""The client for asyncio: the same as `tickwire.connect`, with ``await`` and ``async for``.

    async with tickwire.aio.connect("127.0.0.1:9000") as client:
        async for event in client.subscribe("trade.>"):
            print(event)
"""

from __future__ import annotations

import asyncio
import ssl
from types import TracebackType
from typing import (
    Any, AsyncIterator, Awaitable, Callable, Generator, List, Optional, Tuple, Type, Union,
)  # fmt: skip

from . import encode
from .address import Address, Tls, context_of
from .batch import Batch
from .describe import Description, Health, Identity
from .errors import DeadlineExceeded, ProtocolError, TickwireError
from .feed import Place, is_quiet_end
from .frames import HelloAck
from .publication import Acknowledgement, Publication, Reject
from .publisher import ended_error
from .records import Event, Position
from .retry import Backoff
from .session import Options, Participant, Session, UnaryCall
from .subscription import (
    Answer, Feed, Policy, Start, SubscribeRequest, interval_of, intervals_of,
)  # fmt: skip
from .transport import MOST_PENDING
from .writer import RecordMethods


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
) -> Connecting:
    """Connects as `tickwire.connect` does: ``await`` it for a client, or use it in an
    ``async with``."""
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
    return Connecting(Client(Address.parse(address), options, tls, server_hostname))


class Connecting:
    """A client that is about to be connected."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __await__(self) -> Generator[Any, None, Client]:
        return self._client.open().__await__()

    async def __aenter__(self) -> Client:
        return await self._client.open()

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self._client.close()


class _Wire(asyncio.Protocol):
    """Hands what a transport says to the client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def data_received(self, data: bytes) -> None:
        self._client.received(self, data)

    def connection_lost(self, error: Optional[Exception]) -> None:
        if error is None:
            reason = "the server closed the connection"
        else:
            reason = f"the connection broke: {getattr(error, 'strerror', None) or error}"
        self._client.lost(self, reason)


class Client:
    """A connection to a server that mends itself, on one event loop."""

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
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._wire: Optional[_Wire] = None
        self._transport: Optional[asyncio.Transport] = None
        self._connecting: Optional[asyncio.Task[None]] = None
        self._timer: Optional[asyncio.TimerHandle] = None
        self._waiters: List[Tuple[Callable[[], bool], asyncio.Future[None]]] = []

    # What users call.

    async def open(self) -> Client:
        """Waits for the first handshake."""
        self._loop = asyncio.get_running_loop()
        self._after_change()
        try:
            await self.wait(lambda: self._session.connections > 0)
        except BaseException:
            await self.close()
            raise
        return self

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
        """Subscribes; the arguments are those of `tickwire.Client.subscribe`."""
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
        """Publishes; the arguments are those of `tickwire.Client.publish`."""
        publication = Publication(
            self._session, source, compress=compress, most=buffer, frame=1 << 16
        )
        self._add(publication)
        return Publisher(self, publication, batch)

    async def call(
        self,
        method: str,
        request: bytes = b"",
        *,
        timeout: Optional[float] = None,
        metadata: Tuple[Tuple[str, str], ...] = (),
    ) -> bytes:
        """Makes a unary call and returns its reply."""
        token = self.options.token
        if token is not None and not any(key == "token" for key, _ in metadata):
            metadata += (("token", token),)
        return await self._unary(method, request, timeout, metadata)

    async def health(self, *, timeout: Optional[float] = None) -> Health:
        """Whether the server is ready."""
        return Health.decode(await self._unary("health", b"", timeout, ()))

    async def describe(self, *, timeout: Optional[float] = None) -> Description:
        """The server's methods and record layouts."""
        return Description.decode(await self._unary("describe", b"", timeout, ()))

    async def authenticate(
        self, token: Optional[str] = None, *, timeout: Optional[float] = None
    ) -> Identity:
        """Shows a token (that of `connect` by default) and returns what it is good for."""
        shown = token if token is not None else self.options.token
        metadata = (("token", shown),) if shown is not None else ()
        identity = Identity.decode(await self._unary("authenticate", b"", timeout, metadata))
        if token is not None:
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

    async def close(self) -> None:
        """Ends all subscriptions, publishers and the connection."""
        self._session.close()
        if self._connecting is not None:
            self._connecting.cancel()
        self._after_change()
        # Lets the transport say goodbye.
        await asyncio.sleep(0)

    async def __aenter__(self) -> Client:
        return self if self._loop is not None else await self.open()

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self.close()

    # What subscriptions and publishers use.

    async def wait(self, ready: Callable[[], bool], timeout: Optional[float] = None) -> bool:
        """Waits until something is so; False when the time is over."""
        if ready():
            return True
        if self._session.closed:
            raise self._session.ending()
        loop = self._running_loop()
        future: asyncio.Future[None] = loop.create_future()
        waiter = (ready, future)
        self._waiters.append(waiter)
        try:
            await asyncio.wait_for(future, timeout)
        except asyncio.TimeoutError:
            return ready()
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
        if not ready():
            raise self._session.ending()
        return True

    async def pop(self, feed: Feed, timeout: Optional[float]) -> Optional[Batch]:
        """The next batch of a feed; None when there is none within the time, or no more."""
        if not feed.ready:
            await self.wait(lambda: feed.ready, timeout)
        batch: Optional[Batch] = None

        def take() -> None:
            nonlocal batch
            batch = feed.pop()

        self.perform(take)
        return batch

    def perform(self, action: Callable[[], None]) -> None:
        """Changes the session's state and sends what that leads to."""
        self._session.now = self._running_loop().time()
        action()
        self._after_change()

    def drop(self, participant: Participant) -> None:
        """Cancels something that nobody holds any more; safe in finalizers."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.perform, participant.cancel)

    def _add(self, participant: Participant) -> None:
        self.perform(lambda: self._session.add(participant))

    async def _unary(
        self,
        method: str,
        request: bytes,
        timeout: Optional[float],
        metadata: Tuple[Tuple[str, str], ...],
    ) -> bytes:
        seconds = self.options.timeout if timeout is None else timeout
        self._session.now = self._running_loop().time()
        call = UnaryCall(self._session, method, request, seconds, metadata)
        return await self.run(call)

    async def run(self, call: UnaryCall, added: bool = False) -> bytes:
        """Waits for a call; cancels it when the waiting task is cancelled."""
        if not added:
            self._add(call)
        try:
            await self.wait(lambda: call.ended)
        finally:
            if not call.ended:
                self.perform(call.cancel)
        return call.result()

    # What the transport says.

    def received(self, wire: _Wire, data: bytes) -> None:
        if wire is self._wire:
            self._session.received(data, self._running_loop().time())
            self._after_change()

    def lost(self, wire: _Wire, reason: str) -> None:
        if wire is self._wire:
            self._wire = self._transport = None
            self._session.transport_lost(reason, self._running_loop().time())
            self._after_change()

    # Inner workings.

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise RuntimeError("the client is not connected: await tickwire.aio.connect(…)")
        return self._loop

    def _after_change(self) -> None:
        """Sends, connects, sets the timer and wakes those whose wait is over."""
        session, loop = self._session, self._running_loop()
        now = loop.time()
        data = session.take_output()
        transport = self._transport
        if transport is not None:
            # One that is lost says so soon; what it would take is lost with it.
            if data and not transport.is_closing():
                transport.write(data)
            if session.connection is None:
                self._wire = self._transport = None
                transport.close()
            elif transport.get_write_buffer_size() > MOST_PENDING:
                self._wire = self._transport = None
                transport.abort()
                session.transport_lost("the server does not read what it is sent", now)
        if session.wants_connection(now):
            session.transport_opening()
            self._connecting = loop.create_task(self._connect())
        self._set_timer(loop, now)
        for ready, future in list(self._waiters):
            if not future.done() and (session.closed or ready()):
                future.set_result(None)

    def _set_timer(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        due = self._session.deadline()
        timer = self._timer
        if timer is not None:
            # One that fires too early looks again; that is cheaper than a new one each time.
            if due is not None and timer.when() <= due:
                return
            timer.cancel()
        self._timer = None if due is None else loop.call_at(max(due, now), self._tick)

    def _tick(self) -> None:
        self._timer = None
        if not self._session.closed:
            self._session.tick(self._running_loop().time())
        self._after_change()

    async def _connect(self) -> None:
        session, loop = self._session, self._running_loop()
        wire = _Wire(self)
        address = self.address
        connecting: Awaitable[Tuple[Any, Any]]
        if address.path:
            connecting = loop.create_unix_connection(lambda: wire, address.path)
        elif self._context is None:
            connecting = loop.create_connection(lambda: wire, address.host, address.port)
        else:
            connecting = loop.create_connection(
                lambda: wire,
                address.host,
                address.port,
                ssl=self._context,
                server_hostname=self._hostname or address.host,
            )
        try:
            transport, _ = await asyncio.wait_for(connecting, self.options.timeout)
        except (OSError, asyncio.TimeoutError) as error:
            why = getattr(error, "strerror", None) or str(error) or "timed out"
            session.transport_lost(f"cannot connect to {address}: {why}", loop.time())
            self._after_change()
            return
        finally:
            self._connecting = None
        if session.closed:
            transport.close()
            return
        self._wire, self._transport = wire, transport
        session.transport_opened(loop.time())
        self._after_change()


class Subscription:
    """Events as they come: ``async for`` yields single events, ``batches()`` many at a time."""

    def __init__(self, client: Client, feed: Feed) -> None:
        self._client = client
        self._feed = feed
        self._place = Place(feed)

    async def __aiter__(self) -> AsyncIterator[Event]:
        async for batch in self.batches():
            place = self._place
            place.begin(batch)
            try:
                for event in batch:
                    place.event = event
                    yield event
            except ProtocolError:  # A record that cannot be decoded.
                self.close()
                raise
            place.done(batch)

    async def batches(self) -> AsyncIterator[Batch]:
        """Batches as they come."""
        while True:
            batch = await self._pop(None)
            if batch is None:
                return
            self._place.done(batch)
            yield batch

    async def next_batch(self, timeout: Optional[float] = None) -> Optional[Batch]:
        """The next batch; None when the time is over or the subscription has ended."""
        batch = await self._pop(timeout)
        if batch is not None:
            self._place.done(batch)
        return batch

    async def _pop(self, timeout: Optional[float]) -> Optional[Batch]:
        feed = self._feed
        try:
            batch = await self._client.pop(feed, timeout)
        except TickwireError as error:
            if not is_quiet_end(error):
                raise
            return None
        if batch is None and feed.ended and not is_quiet_end(feed.error):
            assert feed.error is not None
            raise feed.error.copy()
        return batch

    async def wait_for_answer(self, timeout: Optional[float] = None) -> Answer:
        """Waits until the server has granted the subscription, or raises why not."""
        feed = self._feed
        await self._client.wait(lambda: feed.answer is not None or feed.ended, timeout)
        if feed.answer is not None:
            return feed.answer
        if feed.error is not None:
            raise feed.error.copy()
        raise DeadlineExceeded("the server has not answered the subscription")

    async def update(
        self, *, conflation: Optional[float] = None, flush: Optional[float] = None
    ) -> Optional[Tuple[float, float]]:
        """Changes the intervals (seconds) while it runs; see `tickwire.Subscription.update`."""
        call: Optional[UnaryCall] = None

        def change() -> None:
            nonlocal call
            call = self._feed.update(
                None if conflation is None else interval_of(conflation, "conflation"),
                None if flush is None else interval_of(flush, "flush"),
            )

        self._client.perform(change)
        if call is None:
            return None
        await self._client.run(call, added=True)
        return intervals_of(call)

    @property
    def answer(self) -> Optional[Answer]:
        """What the server granted last, with its warnings."""
        return self._feed.answer

    @property
    def warnings(self) -> Tuple[str, ...]:
        """Such as of a subject that matches nothing known yet."""
        answer = self._feed.answer
        return answer.warnings if answer is not None else ()

    @property
    def position(self) -> Optional[Position]:
        """Behind what the consumer was handed: ``subscribe(start=position)`` goes on there."""
        return self._place.position

    @property
    def ended(self) -> bool:
        return self._feed.ended and not self._feed.ready_batches

    def close(self) -> None:
        """Ends the subscription."""
        if not self._feed.ended:
            self._client.perform(self._feed.cancel)

    def __del__(self) -> None:
        feed = getattr(self, "_feed", None)
        if feed is not None and not feed.ended:
            self._client.drop(feed)


class Publisher(RecordMethods[Awaitable[None]]):
    """Sends events and knows which of them the engine took: ``await publisher.trade(…)``."""

    def __init__(self, client: Client, publication: Publication, batch: int) -> None:
        self._client = client
        self._publication = publication
        self._batch = max(1, batch)
        self._gathered = 0

    async def _give(self, build: Callable[[int], bytes]) -> None:
        publication = self._publication
        while not publication.has_room:
            self.flush()
            await self._client.wait(lambda: publication.has_room)
        if publication.ended:
            raise ended_error(publication)
        sequence = encode.check_sequence(publication.sequence + 1)
        publication.add(sequence, build(sequence))
        self._gathered += 1
        if self._gathered >= self._batch:
            self.flush()
            # Without this a loop that only publishes would never let the event loop read.
            await asyncio.sleep(0)

    def flush(self) -> None:
        """Sends what has gathered."""
        self._gathered = 0
        self._client.perform(self._publication.send)

    async def wait(self, timeout: Optional[float] = None) -> Optional[Acknowledgement]:
        """Sends what has gathered and waits until the server has decided over all of it."""
        self.flush()
        publication = self._publication
        if not await self._client.wait(lambda: publication.decided, timeout):
            raise DeadlineExceeded(
                f"{publication.undecided_bytes} bytes of records are not acknowledged"
            )
        if publication.ended and publication.error is not None:
            raise publication.error.copy()
        return publication.acknowledgement

    async def close(self, timeout: Optional[float] = None) -> Optional[Acknowledgement]:
        """Ends the publication: waits until all is acknowledged, returns the last word."""
        publication = self._publication
        if not publication.ended:
            self._client.perform(publication.finish_sending)
            if not await self._client.wait(lambda: publication.ended, timeout):
                self.abort()
                raise DeadlineExceeded("the server did not acknowledge all records in time")
        if publication.error is not None:
            raise publication.error.copy()
        return publication.acknowledgement

    def abort(self) -> None:
        """Ends the publication without waiting."""
        if not self._publication.ended:
            self._client.perform(self._publication.cancel)

    @property
    def sequence(self) -> int:
        """The client sequence of the last record given."""
        return self._publication.sequence

    @property
    def acknowledgement(self) -> Optional[Acknowledgement]:
        """The server's last word."""
        return self._publication.acknowledgement

    @property
    def rejects(self) -> List[Reject]:
        """Records that were not taken and why; the last 1,024 that the server listed."""
        return list(self._publication.rejects)

    async def __aenter__(self) -> Publisher:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            await self.close()
        else:
            self.abort()

    def __del__(self) -> None:
        publication = getattr(self, "_publication", None)
        if publication is not None and not publication.ended:
            self._client.drop(publication)
