"""Publishing with the blocking client."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Callable, List, Optional, Type

from . import encode
from .errors import Code, DeadlineExceeded, TickwireError
from .publication import Acknowledgement, Publication, Reject
from .writer import RecordMethods

if TYPE_CHECKING:
    from .client import Client


def ended_error(publication: Publication) -> TickwireError:
    """What to raise where a publication is over that should not be."""
    if publication.error is not None:
        return publication.error.copy()
    return TickwireError("the publisher has ended", code=Code.FAILED_PRECONDITION)


class Publisher(RecordMethods[None]):
    """Sends events and knows which of them the engine took. Leaving its ``with`` block waits
    until the server has decided over all."""

    def __init__(self, client: Client, publication: Publication, batch: int) -> None:
        self._client = client
        self._publication = publication
        self._batch = max(1, batch)
        self._gathered = 0

    def _give(self, build: Callable[[int], bytes]) -> None:
        publication = self._publication
        if not publication.has_room:
            self.flush()
            self._client.wait(lambda: publication.has_room, None)
        if publication.ended:
            raise ended_error(publication)
        self._client.perform(lambda: self._add(build))

    def _add(self, build: Callable[[int], bytes]) -> None:
        publication = self._publication
        sequence = encode.check_sequence(publication.sequence + 1)
        publication.add(sequence, build(sequence))
        self._gathered += 1
        if self._gathered >= self._batch:
            self._gathered = 0
            publication.send()

    def flush(self) -> None:
        """Sends what has gathered."""
        self._gathered = 0
        self._client.perform(self._publication.send)

    def wait(self, timeout: Optional[float] = None) -> Optional[Acknowledgement]:
        """Sends what has gathered and waits until the server has decided over all of it."""
        self.flush()
        publication = self._publication
        if not self._client.wait(lambda: publication.decided, timeout):
            raise DeadlineExceeded(
                f"{publication.undecided_bytes} bytes of records are not acknowledged"
            )
        if publication.ended and publication.error is not None:
            raise publication.error.copy()
        return publication.acknowledgement

    def close(self, timeout: Optional[float] = None) -> Optional[Acknowledgement]:
        """Ends the publication: waits until all is acknowledged, returns the last word."""
        publication = self._publication
        if not publication.ended:
            self._client.perform(publication.finish_sending)
            if not self._client.wait(lambda: publication.ended, timeout):
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
        """The client sequence of the last record given; acknowledgements and rejects name it."""
        return self._publication.sequence

    @property
    def acknowledgement(self) -> Optional[Acknowledgement]:
        """The server's last word."""
        return self._publication.acknowledgement

    @property
    def rejects(self) -> List[Reject]:
        """Records that were not taken and why; the last 1,024 that the server listed."""
        return list(self._publication.rejects)

    def __enter__(self) -> Publisher:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def __del__(self) -> None:
        publication = getattr(self, "_publication", None)
        if publication is not None and not publication.ended:
            self._client.drop(publication)
