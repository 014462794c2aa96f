"""Reading a subscription with the blocking client."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Iterator, Optional, Tuple, Type

from .batch import Batch
from .errors import Code, ProtocolError, TickwireError
from .records import EpochChange, Event, Gap, Position, PositionEvent
from .subscription import Answer, Feed, Policy, interval_of

if TYPE_CHECKING:
    from .client import Client

_OUTSIDE = 8 | 16


class Place:
    """Where the consumer of a subscription stands, event by event."""

    __slots__ = ("_base", "_batch", "_feed", "event")

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._base: Optional[Position] = None
        self._batch: Optional[Batch] = None
        self.event: Optional[Event] = None
        """The last one handed out of the batch that was begun."""

    def begin(self, batch: Batch) -> None:
        """The events of a batch are about to be handed out, one by one."""
        self._batch, self._base, self.event = batch, batch.before, None

    def done(self, batch: Batch) -> None:
        """The batch as a whole was handed out."""
        self._batch, self._base, self.event = None, batch.position, None

    @property
    def position(self) -> Optional[Position]:
        """Behind what was handed out; where a later subscription may go on."""
        batch, event = self._batch, self.event
        answer = self._feed.answer
        if batch is None or event is None:
            return self._base if self._base or answer is None else answer.position
        if isinstance(event, (PositionEvent, EpochChange)):
            return event.position if isinstance(event, EpochChange) else _mark(batch, event)
        if isinstance(event, Gap) and not event.sequence:
            return Position(batch.before.epoch, max(batch.before.next, event.last + 1))
        ordered = answer is not None and answer.policy != Policy.CONFLATE
        if ordered and event.sequence and not event.flags & _OUTSIDE:
            return Position(batch.position.epoch, event.sequence + 1)
        return batch.before


def _mark(batch: Batch, event: PositionEvent) -> Position:
    return Position(event.epoch, max(batch.before.next, event.next))


def is_quiet_end(error: Optional[TickwireError]) -> bool:
    """A subscription that ended because this side closed it just ends."""
    return error is None or error.code is Code.CANCELLED


class Subscription:
    """Events as they come. Iterating yields single events, `batches` many at a time; both block
    until something comes, and end when the subscription is closed. When the server ends it, the
    error says why."""

    def __init__(self, client: Client, feed: Feed) -> None:
        self._client = client
        self._feed = feed
        self._place = Place(feed)

    def __iter__(self) -> Iterator[Event]:
        for batch in self.batches():
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

    def batches(self) -> Iterator[Batch]:
        """Batches as they come."""
        while True:
            batch = self._pop(None)
            if batch is None:
                return
            self._place.done(batch)
            yield batch

    def next_batch(self, timeout: Optional[float] = None) -> Optional[Batch]:
        """The next batch; None when the time is over or the subscription has ended (`ended`
        tells them apart)."""
        batch = self._pop(timeout)
        if batch is not None:
            self._place.done(batch)
        return batch

    def _pop(self, timeout: Optional[float]) -> Optional[Batch]:
        feed = self._feed
        try:
            batch = self._client.pop(feed, timeout)
        except TickwireError as error:
            if not is_quiet_end(error):
                raise
            return None
        if batch is None and feed.ended and not is_quiet_end(feed.error):
            assert feed.error is not None
            raise feed.error.copy()
        return batch

    def wait_for_answer(self, timeout: Optional[float] = None) -> Answer:
        """Waits until the server has granted the subscription, or raises why not."""
        feed = self._feed
        self._client.wait(lambda: feed.answer is not None or feed.ended, timeout)
        if feed.answer is not None:
            return feed.answer
        if feed.error is not None:
            raise feed.error.copy()
        raise TimeoutError("the server has not answered the subscription")

    def update(
        self, *, conflation: Optional[float] = None, flush: Optional[float] = None
    ) -> Optional[Tuple[float, float]]:
        """Changes the intervals (seconds) while it runs; returns both as the server has them now,
        or None when there is no connection: then they hold from the next on."""
        return self._client.update(
            self._feed,
            None if conflation is None else interval_of(conflation, "conflation"),
            None if flush is None else interval_of(flush, "flush"),
        )

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

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        feed = getattr(self, "_feed", None)
        if feed is not None and not feed.ended:
            self._client.drop(feed)

