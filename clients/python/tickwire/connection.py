"""The client's side of one connection, as a value without sockets or clock.

Bytes go in by `receive`, bytes to send come out by `take_output`; time is a parameter.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Dict, List, Optional, Protocol, Tuple

from .errors import (
    CloseCode, Code, InvalidArgument, PermissionDenied, ProtocolError, ResourceExhausted,
    TickwireError, Unavailable, Unimplemented, error_of_status,
)  # fmt: skip
from .frames import (
    CAPABILITY_DATA, CAPABILITY_ZLIB, FLAG_COMPRESSED, FLAG_DATA_END, FLAG_END, FLAG_UNARY,
    HANDSHAKE_LIMIT, HEADER_SIZE, MAXIMUM_STREAM, VERSION, CallHead, Frame, FrameDecoder,
    FrameType, Goaway, Hello, HelloAck, Status, decode_number, encode_frame,
)  # fmt: skip


class CallHandler(Protocol):
    """What a call is told. `on_end` comes exactly once, unless the call was cancelled here."""

    def on_message(self, payload: bytes) -> None: ...

    def on_data(self, payload: bytes, compressed: bool) -> None: ...

    def on_end(self, error: Optional[TickwireError]) -> None: ...


class State(enum.Enum):
    HANDSHAKE = "handshake"
    OPEN = "open"
    DRAINING = "draining"
    CLOSED = "closed"


class NotStarted(Unavailable):
    """The server never began this call: it may be made again without harm."""


@dataclass
class _Call:
    handler: CallHandler
    credit: int
    takes_data: bool


class Connection:
    """Frames, calls, credit and keep-alive of one connection."""

    def __init__(
        self,
        now: float,
        *,
        name: str = "",
        frame_limit: int = 1 << 20,
        capabilities: int = CAPABILITY_DATA | CAPABILITY_ZLIB,
        handshake_timeout: float = 5.0,
    ) -> None:
        self.state = State.HANDSHAKE
        self.ack: Optional[HelloAck] = None
        self.error: Optional[TickwireError] = None
        """Why the connection ended; None when this side closed it in good order."""
        self.opened_at = now
        self._frame_limit = frame_limit
        self._offered = capabilities
        self._handshake_ends = now + handshake_timeout
        self._decoder = FrameDecoder(min(frame_limit, HANDSHAKE_LIMIT))
        self._calls: Dict[int, _Call] = {}
        self._last_stream = 0
        self._output: List[bytes] = []
        self._heard = now
        self._pinged: Optional[float] = None
        self._pings = 0
        self._goaway: Optional[Goaway] = None
        hello = Hello(VERSION, VERSION, capabilities, frame_limit, name)
        self._send(FrameType.HELLO, 0, 0, hello.encode())

    # What the owner asks.

    @property
    def capabilities(self) -> int:
        """Those in use."""
        return self.ack.capabilities & self._offered if self.ack else 0

    @property
    def accepts_calls(self) -> bool:
        return self.state is State.OPEN and self._last_stream < MAXIMUM_STREAM

    @property
    def running(self) -> int:
        """Calls that have not ended."""
        return len(self._calls)

    def take_output(self) -> bytes:
        """What is to be sent, once."""
        if not self._output:
            return b""
        data = b"".join(self._output) if len(self._output) > 1 else self._output[0]
        self._output.clear()
        return data

    def deadline(self) -> Optional[float]:
        """When `tick` has something to do next, if nothing comes in."""
        if self.state is State.HANDSHAKE:
            return self._handshake_ends
        ack = self.ack
        if self.state is State.CLOSED or ack is None or not ack.keep_alive_interval:
            return None
        if self._pinged is not None:
            return self._pinged + ack.keep_alive_timeout / 1_000
        return self._heard + ack.keep_alive_interval / 1_000

    # What the owner does.

    def call(
        self,
        method: str,
        request: bytes,
        handler: CallHandler,
        *,
        unary: bool = False,
        credit: int = 0,
        timeout: Optional[float] = None,
        metadata: Tuple[Tuple[str, str], ...] = (),
        takes_data: bool = False,
    ) -> int:
        """Makes a call and returns its stream."""
        assert self.accepts_calls and self.ack is not None
        nanoseconds = 0 if timeout is None else max(1, int(timeout * 1e9))
        try:
            payload = CallHead(method, request, nanoseconds, credit, metadata).encode()
        except ValueError as error:
            raise InvalidArgument(str(error)) from None
        if len(payload) > self.ack.frame_limit:
            raise ResourceExhausted(
                f"the request of {method} has {len(payload)} bytes,"
                f" the server takes {self.ack.frame_limit}"
            )
        self._last_stream += 1
        stream = self._last_stream
        self._calls[stream] = _Call(handler, credit, takes_data)
        self._send(FrameType.CALL, FLAG_UNARY if unary else 0, stream, payload)
        return stream

    def cancel(self, stream: int) -> None:
        """Ends a call from this side; its handler hears no more."""
        if self._calls.pop(stream, None) is not None:
            self._send(FrameType.CANCEL, 0, stream)
            self._close_when_drained()

    def give_credit(self, stream: int, size: int) -> None:
        """Lets the server send ``size`` bytes more on a call."""
        call = self._calls.get(stream)
        if call is not None and size > 0:
            call.credit += size
            self._send(FrameType.CREDIT, 0, stream, size.to_bytes(4, "little"))

    def send_data(self, stream: int, payload: bytes, *, compressed: bool, end: bool) -> None:
        """Sends records on a call whose method takes them."""
        if stream in self._calls:
            flags = (FLAG_COMPRESSED if compressed else 0) | (FLAG_DATA_END if end else 0)
            self._send(FrameType.DATA, flags, stream, payload)

    def close(self, text: str = "the client closes") -> None:
        """Says goodbye; what still runs ends with CANCELLED."""
        if self.state is not State.CLOSED:
            self._finish(None, Goaway(0, CloseCode.SHUT_DOWN, text))

    def fail(self, error: TickwireError) -> None:
        """Ends the connection because of ``error``, telling the server why."""
        code = getattr(error, "close_code", None) or CloseCode.PROTOCOL_ERROR
        self._finish(error, Goaway(0, code, error.message[:512]))

    # What happens to it.

    def receive(self, data: bytes, now: float) -> None:
        """Takes bytes of the server. After a fault the connection is closed and has an `error`."""
        self._heard = now
        self._pinged = None
        decoder = self._decoder
        try:
            decoder.feed(data)
            while self.state is not State.CLOSED:
                frame = decoder.next()
                if frame is None:
                    break
                self._handle(frame)
        except ProtocolError as error:
            self.fail(error)

    def end_of_stream(self, reason: str = "the server closed the connection") -> None:
        """The server sends no more, or the transport broke."""
        if self.state is State.CLOSED:
            return
        if self.state is State.HANDSHAKE:
            reason += " before the handshake was over"
        if self._goaway is not None:
            reason = f"the server stopped: {self._goaway.text}"
        self._finish(Unavailable(reason), None)

    def tick(self, now: float) -> None:
        """Looks at the time: handshake and keep-alive."""
        due = self.deadline()
        if due is None or now < due:
            return
        if self.state is State.HANDSHAKE:
            self._time_out(CloseCode.HANDSHAKE_TIMEOUT, "the server did not answer the hello")
        elif self._pinged is None:
            self._pings += 1
            self._pinged = now
            self._send(FrameType.PING, 0, 0, self._pings.to_bytes(8, "little"))
        else:
            self._time_out(CloseCode.KEEP_ALIVE_TIMEOUT, "the server gave no sign of life")

    # Frames.

    def _handle(self, frame: Frame) -> None:
        kind = frame.type
        if self.ack is None and kind not in (FrameType.HELLO_ACK, FrameType.GOAWAY):
            raise ProtocolError("first frame", "helloAck or goaway", FrameType(kind).name.lower())
        if kind == FrameType.DATA:
            self._on_data(frame)
        elif kind == FrameType.MESSAGE:
            self._on_message(frame)
        elif kind == FrameType.STATUS:
            self._on_status(frame)
        elif kind == FrameType.PING:
            decode_number(frame.payload, 8, "ping")
            self._send(FrameType.PONG, 0, 0, frame.payload)
        elif kind == FrameType.PONG:
            decode_number(frame.payload, 8, "pong")
        elif kind == FrameType.GOAWAY:
            self._on_goaway(Goaway.decode(frame.payload))
        elif kind == FrameType.HELLO_ACK:
            self._on_ack(HelloAck.decode(frame.payload))
        else:
            name = FrameType(kind).name.lower()
            raise ProtocolError("frame of the server", "one that servers send", name)

    def _on_ack(self, ack: HelloAck) -> None:
        if self.ack is not None:
            raise ProtocolError("frame after the handshake", "no second helloAck", "helloAck")
        if ack.version != VERSION:
            raise ProtocolError("version of helloAck", VERSION, ack.version)
        if ack.capabilities & ~self._offered:
            raise ProtocolError(
                "capabilities of helloAck",
                f"those offered ({self._offered:#x})",
                f"{ack.capabilities:#x}",
            )
        self.ack = ack
        self.state = State.OPEN
        self._decoder.limit = self._frame_limit

    def _find(self, frame: Frame) -> Optional[_Call]:
        """The call of a frame; None when it has ended, since the frame may have crossed that."""
        if frame.stream > self._last_stream:
            name = FrameType(frame.type).name.lower()
            raise ProtocolError(
                f"stream of {name}", f"at most {self._last_stream}, the last opened", frame.stream
            )
        return self._calls.get(frame.stream)

    def _spend(self, call: _Call, frame: Frame) -> None:
        if call.credit <= 0:
            name = FrameType(frame.type).name.lower()
            raise ProtocolError(
                f"{name} on stream {frame.stream}", "none without credit", f"credit {call.credit}"
            )
        call.credit -= len(frame.payload) + HEADER_SIZE

    def _on_data(self, frame: Frame) -> None:
        capabilities = self.capabilities
        if not capabilities & CAPABILITY_DATA:
            raise ProtocolError("frame type", "no data, DATA is not in use", "data")
        if frame.flags & FLAG_DATA_END:
            raise ProtocolError("flags of data", "no END from a server", f"{frame.flags:#x}")
        compressed = bool(frame.flags & FLAG_COMPRESSED)
        if compressed and not capabilities & CAPABILITY_ZLIB:
            raise ProtocolError("flags of data", "no COMPRESSED, ZLIB is not in use", "COMPRESSED")
        call = self._find(frame)
        if call is None:
            return
        if not call.takes_data:
            raise ProtocolError(f"data on stream {frame.stream}", "a call that has data", "another")
        self._spend(call, frame)
        call.handler.on_data(frame.payload, compressed)

    def _on_message(self, frame: Frame) -> None:
        call = self._find(frame)
        if call is None:
            return
        if frame.flags & FLAG_END:
            del self._calls[frame.stream]
            call.handler.on_message(frame.payload)
            call.handler.on_end(None)
            self._close_when_drained()
        else:
            self._spend(call, frame)
            call.handler.on_message(frame.payload)

    def _on_status(self, frame: Frame) -> None:
        status = Status.decode(frame.payload)
        call = self._find(frame)
        if call is None:
            return
        del self._calls[frame.stream]
        if status.code == Code.OK:
            call.handler.on_end(None)
        else:
            error = error_of_status(status.code, status.message, status.hint, status.details)
            call.handler.on_end(error)
        self._close_when_drained()

    def _on_goaway(self, goaway: Goaway) -> None:
        code = CloseCode.of(goaway.code)
        if code is not CloseCode.SHUT_DOWN or self.state is State.HANDSHAKE:
            self._finish(_error_of_goaway(code, goaway.text), None)
            return
        self.state = State.DRAINING
        self._goaway = goaway
        for stream in [stream for stream in self._calls if stream > goaway.last_stream]:
            call = self._calls.pop(stream)
            call.handler.on_end(NotStarted(f"the server stops: {goaway.text}"))
        self._close_when_drained()

    # Endings.

    def _close_when_drained(self) -> None:
        if self.state is State.DRAINING and not self._calls and self._goaway is not None:
            error = Unavailable(f"the server stopped: {self._goaway.text}")
            error.close_code = CloseCode.SHUT_DOWN
            self._finish(error, Goaway(0, CloseCode.SHUT_DOWN, "all calls have ended"))

    def _time_out(self, code: CloseCode, text: str) -> None:
        error = Unavailable(text)
        error.close_code = code
        self.fail(error)

    def _finish(self, error: Optional[TickwireError], goaway: Optional[Goaway]) -> None:
        if self.state is State.CLOSED:
            return
        self.state = State.CLOSED
        self.error = error
        if goaway is not None:
            self._send(FrameType.GOAWAY, 0, 0, goaway.encode())
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.handler.on_end(
                error if error else TickwireError("the client was closed", code=Code.CANCELLED)
            )

    def _send(self, kind: int, flags: int, stream: int, payload: bytes = b"") -> None:
        self._output.append(encode_frame(kind, flags, stream, payload))


def _error_of_goaway(code: CloseCode, text: str) -> TickwireError:
    """Those that another try cannot mend are no `Unavailable`."""
    said = f"the server closed the connection: {text}" if text else "the server closed"
    if code is CloseCode.DENIED:
        return PermissionDenied(said, "connect as a user that may use this socket")
    if code is CloseCode.UNSUPPORTED_VERSION:
        return Unimplemented(said, f"this client speaks version {VERSION}")
    if code is CloseCode.PROTOCOL_ERROR:
        return TickwireError(said, "this is a fault of one of both programs", code=Code.INTERNAL)
    error = Unavailable(said)
    error.close_code = code
    return error
