"""A socket that never blocks, with or without TLS, for the blocking client."""

from __future__ import annotations

import socket
import ssl
import time
from typing import Optional, Tuple

from .address import Address

# Below what malloc takes from the system anew each time.
READ_SIZE = 1 << 16
# What a server that does not read may make us keep.
MOST_PENDING = 16 << 20


class Transport:
    """Bytes in and out of a socket. TLS runs over memory, so that threads need no care."""

    def __init__(self, connection: socket.socket, tls: Optional[Tls] = None) -> None:
        self.socket = connection
        self._tls = tls
        self._pending = bytearray()

    @classmethod
    def open(
        cls,
        address: Address,
        context: Optional[ssl.SSLContext],
        hostname: Optional[str],
        timeout: float,
    ) -> Transport:
        """Connects; OSError when that fails or takes too long."""
        ends = time.monotonic() + timeout
        if address.path:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(timeout)
            try:
                connection.connect(address.path)
            except BaseException:
                connection.close()
                raise
        else:
            connection = socket.create_connection((address.host, address.port), timeout)
        try:
            if not address.path:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            tls = None
            if context is not None:
                tls = Tls(context, hostname or address.host)
                tls.handshake(connection, ends)
            connection.setblocking(False)
        except BaseException:
            connection.close()
            raise
        return cls(connection, tls)

    @property
    def wants_write(self) -> bool:
        return bool(self._pending)

    def read(self) -> Optional[bytes]:
        """What came in; empty at the end of the stream; None when nothing is there."""
        try:
            data = self.socket.recv(READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return None
        if self._tls is None or not data:
            return data
        plain, ended = self._tls.open(data)
        self._pending += self._tls.sealed()
        if plain or ended:
            return plain
        return None

    def write(self, data: bytes) -> None:
        """Sends what the socket takes, keeps the rest; OSError when the connection is broken."""
        if self._tls is not None and data:
            data = self._tls.seal(data)
        pending = self._pending
        try:
            if data and not pending:
                sent = self.socket.send(data)
                if sent < len(data):
                    pending += memoryview(data)[sent:]
            elif pending:
                pending += data
                with memoryview(pending) as view:
                    sent = self.socket.send(view)
                del pending[:sent]
        except (BlockingIOError, InterruptedError):
            if data and not pending:
                pending += data
        if len(pending) > MOST_PENDING:
            raise ConnectionError("the server does not read what it is sent")

    def close(self) -> None:
        self.socket.close()


class Tls:
    """One side of a TLS connection between two blocks of memory."""

    def __init__(self, context: ssl.SSLContext, hostname: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=hostname if hostname else None
        )

    def handshake(self, connection: socket.socket, ends: float) -> None:
        """Runs the handshake on a socket that may block."""
        while True:
            try:
                self._object.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            except ssl.SSLError:
                # The alert says why; the server logs it.
                connection.send(self._outgoing.read())
                raise
            connection.sendall(self._outgoing.read())
            if done:
                return
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError("the TLS handshake took too long")
            connection.settimeout(left)
            data = connection.recv(READ_SIZE)
            if not data:
                raise ConnectionError("the server closed during the TLS handshake")
            self._incoming.write(data)

    def open(self, data: bytes) -> Tuple[bytes, bool]:
        """The plain text of what came in, and whether it was the last."""
        self._incoming.write(data)
        parts = []
        ended = False
        while True:
            try:
                part = self._object.read(READ_SIZE)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLZeroReturnError:
                ended = True
                break
            if not part:
                ended = True
                break
            parts.append(part)
        return b"".join(parts), ended

    def seal(self, data: bytes) -> bytes:
        """What is to be sent for a plain text."""
        view = memoryview(data)
        while view:
            view = view[self._object.write(view) :]
        return self.sealed()

    def sealed(self) -> bytes:
        """What TLS has to send by itself."""
        return self._outgoing.read()
