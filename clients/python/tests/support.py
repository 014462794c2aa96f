"""A server for tests, written apart from the client: it shares none of its code.

Bytes are made in `wire`, `server` is the server without sockets, `listener` puts it on real ones.
"""

import os
import struct  # noqa: F401
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)
REPOSITORY = os.path.dirname(os.path.dirname(PACKAGE))
for folder in (HERE, PACKAGE):
    if folder not in sys.path:
        sys.path.insert(0, folder)

# ruff: noqa: E402, F401
from listener import Listener
from server import Engine, Feed, Publication, ServerSide, describe_reply
from wire import (
    ACK, CALL, CANCEL, CREDIT, DATA, GOAWAY, HELLO, MESSAGE, PING, PONG, STATUS, START_TIME,
    UNDEFINED, bar, compress, definition, frame, gap, goaway, head, hello_ack, parse_frames,
    position, quote, status, text, trade,
)  # fmt: skip
