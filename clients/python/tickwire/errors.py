"""What can go wrong, as exceptions: each has a status code, a message and a hint."""

from __future__ import annotations

import enum
from typing import Dict, Optional, Type


class Code(enum.IntEnum):
    """How a call ended."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


class CloseCode(enum.IntEnum):
    """Why a connection was closed."""

    SHUT_DOWN = 0
    PROTOCOL_ERROR = 1
    UNSUPPORTED_VERSION = 2
    LIMIT_EXCEEDED = 3
    HANDSHAKE_TIMEOUT = 4
    KEEP_ALIVE_TIMEOUT = 5
    SLOW_READER = 6
    DENIED = 7
    INTERNAL_ERROR = 8

    @classmethod
    def of(cls, value: int) -> CloseCode:
        """A code that is not known counts as an internal error."""
        return cls(value) if value in _CLOSE_CODES else cls.INTERNAL_ERROR


_CLOSE_CODES = frozenset(int(code) for code in CloseCode)


class TickwireError(Exception):
    """The base of all errors of this package.

    ``code`` is the status, ``message`` says what went wrong, ``hint`` what to do next (it may be
    empty), ``details`` are bytes for programs, as the method defines them.
    """

    code: Code = Code.UNKNOWN

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: Optional[Code] = None,
        details: bytes = b"",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        text = f"{self.code.name}: {self.message}"
        return f"{text} ({self.hint})" if self.hint else text

    def copy(self) -> TickwireError:
        """The same error as a new object, so that each raise has its own traceback."""
        twin = self.__class__.__new__(self.__class__)
        twin.args = self.args
        twin.__dict__.update(self.__dict__)
        return twin


class ProtocolError(TickwireError):
    """The server sent bytes that the protocol does not allow."""

    code = Code.INTERNAL

    def __init__(self, where: str, expected: object, found: object) -> None:
        super().__init__(
            f"{where}: expected {expected}, found {found}",
            "the other side does not speak this protocol, or the connection damages bytes",
        )
        self.where = where
        self.expected = str(expected)
        self.found = str(found)


class Cancelled(TickwireError):
    code = Code.CANCELLED


class InvalidArgument(TickwireError, ValueError):
    code = Code.INVALID_ARGUMENT


class DeadlineExceeded(TickwireError, TimeoutError):
    code = Code.DEADLINE_EXCEEDED


class NotFound(TickwireError):
    code = Code.NOT_FOUND


class PermissionDenied(TickwireError):
    code = Code.PERMISSION_DENIED


class ResourceExhausted(TickwireError):
    code = Code.RESOURCE_EXHAUSTED


class OutOfRange(TickwireError):
    code = Code.OUT_OF_RANGE


class Unimplemented(TickwireError):
    code = Code.UNIMPLEMENTED


class Unavailable(TickwireError, ConnectionError):
    """No connection, or it was lost; ``close_code`` is what the server gave as the reason."""

    code = Code.UNAVAILABLE
    close_code: Optional[CloseCode] = None


class DataLoss(TickwireError):
    code = Code.DATA_LOSS


class Unauthenticated(TickwireError):
    code = Code.UNAUTHENTICATED


_CLASSES: Dict[int, Type[TickwireError]] = {
    int(kind.code): kind
    for kind in (
        Cancelled, InvalidArgument, DeadlineExceeded, NotFound, PermissionDenied,
        ResourceExhausted, OutOfRange, Unimplemented, Unavailable, DataLoss, Unauthenticated,
    )
}  # fmt: skip


def error_of_status(code: int, message: str, hint: str, details: bytes = b"") -> TickwireError:
    """The exception for a status that a server sent."""
    kind = _CLASSES.get(code, TickwireError)
    known = Code(code) if code in _CODES else Code.UNKNOWN
    return kind(message or known.name.lower(), hint, code=known, details=details)


_CODES = frozenset(int(code) for code in Code)
