"""Client of Tickwire, the market-data engine: subscribe to events, publish events.

    import tickwire

    with tickwire.connect("127.0.0.1:9000") as client:
        for event in client.subscribe("trade.>", start="snapshot"):
            print(event)

`tickwire.aio` is the same for asyncio.
"""

from . import aio
from .batch import Batch, Columns
from .client import Client, connect
from .describe import Description, Health, Identity, Rights
from .errors import (
    Cancelled,
    CloseCode,
    Code,
    DataLoss,
    DeadlineExceeded,
    InvalidArgument,
    NotFound,
    OutOfRange,
    PermissionDenied,
    ProtocolError,
    ResourceExhausted,
    TickwireError,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)
from .feed import Subscription
from .fixed import UNDEFINED
from .names import Instrument, Namespace
from .publication import Acknowledgement, Reject
from .publisher import Publisher
from .records import (
    Alert,
    AlertState,
    Bar,
    BarReason,
    BarState,
    Command,
    ConflatedTrade,
    Correction,
    Definition,
    EpochChange,
    Event,
    Flags,
    Gap,
    GapReason,
    Kind,
    Position,
    PositionEvent,
    Quote,
    ScopeKind,
    Side,
    StatusCode,
    StatusEvent,
    TimeEvent,
    Trade,
    Watermark,
)
from .retry import Backoff
from .subscription import Answer, Policy, Resume

__version__ = "0.1.0"

__all__ = [
    "Acknowledgement", "Alert", "AlertState", "Answer", "Backoff", "Bar", "BarReason", "BarState",
    "Batch", "Cancelled", "Client", "CloseCode", "Code", "Columns", "Command", "ConflatedTrade",
    "Correction", "DataLoss", "DeadlineExceeded", "Definition", "Description", "EpochChange",
    "Event", "Flags", "Gap", "GapReason", "Health", "Identity", "Instrument", "InvalidArgument",
    "Kind", "Namespace", "NotFound", "OutOfRange", "PermissionDenied", "Policy", "Position",
    "PositionEvent", "ProtocolError", "Publisher", "Quote", "Reject", "ResourceExhausted",
    "Resume", "Rights", "ScopeKind", "Side", "StatusCode", "StatusEvent", "Subscription",
    "TickwireError", "TimeEvent", "Trade", "UNDEFINED", "Unauthenticated", "Unavailable",
    "Unimplemented", "Watermark", "aio", "connect",
]  # fmt: skip
