"""Where a server listens, and how it is reached."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Optional, Union

from .errors import InvalidArgument

DEFAULT_PORT = 9000
Tls = Union[None, bool, ssl.SSLContext]


@dataclass(frozen=True)
class Address:
    """A TCP port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Reads ``host:port``, ``[::1]:9000``, ``unix:/path`` or a path that begins with ``/``."""
        if text.startswith("unix:"):
            return cls(path=text[len("unix:") :])
        if text.startswith("/"):
            return cls(path=text)
        host, colon, port = text.rpartition(":")
        if not colon or host.endswith(":") or (":" in host and not host.startswith("[")):
            host, port = text, str(DEFAULT_PORT)
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        if not host or not port.isdigit() or not 0 < int(port) < 65_536:
            raise InvalidArgument(
                f"address: expected host:port or unix:/path, found {text!r}",
                "such as 127.0.0.1:9000",
            )
        return cls(host=host, port=int(port))

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def context_of(tls: Tls, address: Address) -> Optional[ssl.SSLContext]:
    """The TLS context to use; ``True`` is one that trusts what the system trusts."""
    if not tls:
        return None
    if address.path:
        raise InvalidArgument("tls: a Unix socket has none", "leave tls out")
    return ssl.create_default_context() if tls is True else tls
