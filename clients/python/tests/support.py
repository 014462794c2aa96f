"""A server for tests, written apart from the client: it shares none of its code.

`Engine` is the log; `ServerSide` is one connection to it, without sockets. `Listener` puts it on
real ones.
"""

import os
import random
import socket
import ssl
import struct
import sys
import threading
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)
REPOSITORY = os.path.dirname(os.path.dirname(PACKAGE))
if PACKAGE not in sys.path:
    sys.path.insert(0, PACKAGE)

HELLO, ACK, CALL, MESSAGE, STATUS, CANCEL, CREDIT, PING, PONG, GOAWAY, DATA = range(1, 12)
UNDEFINED = -(2**63)
START_TIME = 1_700_000_000_000_000_000


def frame(kind, flags, stream, payload=b""):
    return struct.pack("<IBBHI", len(payload), kind, flags, 0, stream) + payload


def text(value):
    raw = value.encode()
    return struct.pack("<H", len(raw)) + raw


def hello_ack(
    *, version=1, capabilities=3, frame_limit=1 << 20, streams=256, credit=16 << 20,
    interval=15_000, timeout=10_000, epoch=7,
):  # fmt: skip
    return frame(
        ACK, 0, 0,
        struct.pack(
            "<HHQIIIIIIQ", version, 0, capabilities, frame_limit, streams, credit, interval,
            timeout, 4242, epoch,
        )
        + text("fake") + text("1.0"),
    )  # fmt: skip


def status(stream, code, message="", hint="", details=b""):
    return frame(STATUS, 0, stream, bytes((code, 0)) + text(message) + text(hint) + details)


def goaway(last, code, why):
    return frame(GOAWAY, 0, 0, struct.pack("<IBB", last, code, 0) + text(why))


def head(sequence, size, kind, flags=0, scope=1, instrument=0, version=1):
    word = sequence | (size // 8) << 48 | version << 56
    return struct.pack("<QBBHI", word, kind, flags, scope, instrument)


def trade(sequence, instrument=1, price=None, flags=0, size=10**9, scope=1, side=1):
    price = 10**9 + sequence if price is None else price
    moment = START_TIME + sequence
    body = struct.pack("<qqqqQQ", price, size, moment, moment + 5, sequence * 3, side)
    return head(sequence, 64, 1, flags, scope, instrument) + body


def quote(sequence, instrument=1, bid=10**9, ask=10**9 + 1, flags=0):
    moment = START_TIME + sequence
    body = struct.pack("<qqqqqq", bid, ask, moment, moment + 5, 3 * 10**9, 4 * 10**9)
    return head(sequence, 64, 2, flags, 1, instrument) + body


def bar(sequence, instrument=1, spec=1, volume=0, notional=0, state=1, flags=0):
    body = struct.pack("<BxHI", state, 2, 17)
    body += struct.pack("<qqqqqq", START_TIME, START_TIME + 60 * 10**9, 1, 4, 0, 3)
    body += volume.to_bytes(16, "little", signed=True)
    body += notional.to_bytes(16, "little", signed=True)
    return head(sequence, 128, 3, flags, spec, instrument) + body + struct.pack("<qQQ", 5, 1, 9)


def position(epoch, following, flags=0):
    body = struct.pack("<QQq", epoch, following, START_TIME)
    return (head(0, 64, 128, flags, 0) + body).ljust(64, b"\0")


def gap(first, last, count=None, reason=6, sequence=0, subscriber=0):
    lost = last - first + 1 if count is None else count
    body = struct.pack("<QQQqBxxxI", first, last, lost, START_TIME, reason, subscriber)
    return (head(sequence, 64, 7, 0, 0) + body).ljust(64, b"\0")


def definition(id, namespace, name, sequence=0, flags=0, **more):
    texts = text(name)
    if namespace == 1:
        for key in ("symbol", "venue", "currency", "calendar", "name"):
            texts += text(more.get(key, name if key == "symbol" else ""))
    body = struct.pack("<IBBBxq", id, namespace, 5, 0, 10**4) + texts
    size = -(-(16 + len(body)) // 64) * 64
    instrument = id if namespace == 1 else 0
    return (head(sequence, size, 9, flags, 0, instrument) + body).ljust(size, b"\0")


def compress(records):
    rows = len(records) // 64
    raw = b"".join(bytes(records[c : 64 * rows : 64]) for c in range(64)) + records[64 * rows :]
    return struct.pack("<I", len(records)) + zlib.compress(raw)


def parse_frames(data):
    """All frames of some bytes, which must be whole."""
    frames = []
    while data:
        length, kind, flags, reserved, stream = struct.unpack_from("<IBBHI", data)
        assert not reserved and len(data) >= 12 + length, "half a frame"
        frames.append((kind, flags, stream, data[12 : 12 + length]))
        data = data[12 + length :]
    return frames


class Engine:
    """The log of a server, and what publishers have told it."""

    def __init__(self, epoch=7, seed=0):
        self.epoch = epoch
        self.log = []  # (sequence, record)
        self.next = 1
        self.oldest = 1
        self.random = random.Random(seed)
        self.instances = {}
        self.published = []  # (instance, client sequence, record)

    def emit(self, count=1, kind=trade, step=1, **more):
        for _ in range(count):
            sequence = self.next + self.random.randrange(step)
            self.log.append((sequence, kind(sequence, **more)))
            self.next = sequence + 1

    def forget_before(self, sequence):
        self.oldest = max(self.oldest, sequence)
        self.log = [(number, record) for number, record in self.log if number >= sequence]


class Feed:
    def __init__(self, stream, credit):
        self.stream = stream
        self.credit = credit
        self.queue = []  # records to be sent before the log goes on
        self.next = None
        self.zlib = False


class Publication:
    def __init__(self, stream, credit, instance, state):
        self.stream, self.message_credit = stream, credit
        self.instance, self.state = instance, state
        self.defined = set()
        self.credit = 0
        self.owed = 0


class ServerSide:
    """One connection, from the server's side: bytes in, bytes out."""

    def __init__(self, engine, *, tokens=None, capabilities=3, chunk=7, seed=0, **ack):
        self.engine = engine
        self.tokens = tokens
        self.capabilities = capabilities
        self.ack = ack
        self.chunk = chunk
        self.random = random.Random(seed)
        self.out = bytearray()
        self.kept = b""
        self.feeds = {}
        self.publications = {}
        self.silent = set()
        self.calls = []
        self.cancelled = []
        self.pongs = []
        self.closed = False
        self.hello = None
        self.goaways = []
        self.publish_credit = 2_000
        self.starts = []
        self.stalled = False

    def take(self):
        data = bytes(self.out)
        self.out.clear()
        return data

    def send(self, *args):
        self.out += frame(*args)

    def receive(self, data):
        self.kept += data
        while len(self.kept) >= 12:
            length, kind, flags, reserved, stream = struct.unpack_from("<IBBHI", self.kept)
            assert reserved == 0, "reserved field"
            if len(self.kept) < 12 + length:
                return
            payload = self.kept[12 : 12 + length]
            self.kept = self.kept[12 + length :]
            self.handle(kind, flags, stream, payload)

    def handle(self, kind, flags, stream, payload):
        if kind == HELLO:
            magic, least, most, wanted, limit = struct.unpack_from("<4sHHQI", payload)
            assert magic == b"TKWR" and least <= 1 <= most and limit >= 16_384
            self.hello = (least, most, wanted, limit)
            epoch = self.engine.epoch
            self.out += hello_ack(
                capabilities=self.capabilities & wanted, **{"epoch": epoch, **self.ack}
            )
        elif kind == CALL:
            self.call(flags, stream, payload)
        elif kind == CANCEL:
            self.cancelled.append(stream)
            self.feeds.pop(stream, None)
            self.publications.pop(stream, None)
        elif kind == CREDIT:
            feed = self.feeds.get(stream)
            if feed:
                feed.credit += struct.unpack("<I", payload)[0]
            publication = self.publications.get(stream)
            if publication:
                publication.message_credit += struct.unpack("<I", payload)[0]
        elif kind == PING:
            self.send(PONG, 0, 0, payload)
        elif kind == PONG:
            self.pongs.append(struct.unpack("<Q", payload)[0])
        elif kind == GOAWAY:
            self.goaways.append((struct.unpack_from("<IB", payload), payload[8:]))
            self.closed = True
        elif kind == DATA:
            self.data(flags, stream, payload)
        else:
            raise AssertionError(f"frame {kind} of a client")

    def call(self, flags, stream, payload):
        timeout, credit, pairs = struct.unpack_from("<QIH", payload)
        at = 14
        texts = []
        for _ in range(1 + 2 * pairs):
            size = struct.unpack_from("<H", payload, at)[0]
            texts.append(payload[at + 2 : at + 2 + size].decode())
            at += 2 + size
        method, metadata = texts[0], dict(zip(texts[1::2], texts[2::2]))
        request = payload[at:]
        self.calls.append((method, stream, timeout, credit, metadata, request))
        rights = None
        if self.tokens is not None and method not in ("health", "describe"):
            rights = self.tokens.get(metadata.get("token"))
            if rights is None:
                self.out += status(stream, 16, "no token that is known", "pass token=")
                return
        if method == "health":
            self.send(MESSAGE, 1, stream, b"\1" + text(""))
        elif method == "echo":
            self.send(MESSAGE, 1, stream, request)
        elif method == "never":
            self.silent.add(stream)
        elif method == "describe":
            self.send(MESSAGE, 1, stream, describe_reply())
        elif method == "authenticate":
            self.send(MESSAGE, 1, stream, text(rights[0]) + struct.pack("<I", rights[1]))
        elif method == "subscription.update":
            target, zero, conflation, flush = struct.unpack("<IIQQ", request)
            assert zero == 0
            if target in self.feeds:
                keep = 2**64 - 1
                self.send(
                    MESSAGE, 1, stream,
                    struct.pack("<QQ", 0 if conflation == keep else conflation,
                                0 if flush == keep else flush),
                )  # fmt: skip
            else:
                self.out += status(stream, 5, "no such subscription")
        elif method == "subscribe":
            self.subscribe(stream, credit, request)
        elif method == "publish":
            self.publish(stream, credit, request)
        else:
            self.out += status(stream, 12, "unknown method", "describe lists the methods")

    # Subscriptions.

    def subscribe(self, stream, credit, request):
        policy, start, flags, epoch, origin, conflation, flush, count = struct.unpack_from(
            "<BBHQQQQH", request
        )
        assert policy in (1, 2, 3, 4) and start in (1, 2, 3, 4) and count
        self.starts.append((start, epoch, origin))
        engine = self.engine
        feed = Feed(stream, credit)
        resume, first, last = 0, 0, 0
        feed.next = engine.next
        early = []
        if start == 3 and epoch != engine.epoch:
            resume, feed.next = 3, engine.oldest
        elif start == 3:
            resume, feed.next = 1, origin
            if origin > engine.next:
                self.out += status(stream, 11, "the position lies in the future")
                return
            if origin < engine.oldest:
                resume, first, last = 2, origin, engine.oldest - 1
                early = [gap(first, last)]
                feed.next = engine.oldest
        feed.zlib = bool(flags & 1) and self.capabilities & 2
        answer = struct.pack(
            "<QQBBHQQQQH", engine.epoch, feed.next, policy, resume, flags & 1, first, last,
            conflation, flush, 1,
        )  # fmt: skip
        self.spend(feed, answer + text("a warning"))
        self.send(MESSAGE, 0, stream, answer + text("a warning"))
        names = [definition(1, 3, "sim"), definition(1, 2, "1m")]
        names += [definition(id, 1, f"SYM{id}") for id in range(1, 6)]
        feed.queue = [position(engine.epoch, origin if resume in (1, 2) else feed.next)]
        feed.queue += names + early
        if start == 2:
            feed.queue += [trade(max(engine.next - 1, 1), id, flags=16) for id in range(1, 4)]
            feed.queue.append(position(engine.epoch, feed.next, 1))
        self.feeds[stream] = feed
        self.pump()

    def spend(self, feed, payload):
        assert feed.credit > 0, "the fake server would send without credit"
        feed.credit -= len(payload) + 12

    def pump(self):
        """Sends what is due and what credit allows."""
        for feed in self.feeds.values():
            while feed.credit > 0 and not self.stalled:
                if feed.queue:
                    size = self.random.randint(1, self.chunk)
                    records, feed.queue = feed.queue[:size], feed.queue[size:]
                else:
                    due = [item for item in self.engine.log if item[0] >= feed.next]
                    if not due:
                        break
                    due = due[: self.random.randint(1, self.chunk)]
                    records = [record for _, record in due]
                    feed.next = due[-1][0] + 1
                payload = b"".join(records)
                flags = 0
                if feed.zlib and self.random.random() < 0.7:
                    payload, flags = compress(payload), 1
                self.spend(feed, payload)
                self.send(DATA, flags, feed.stream, payload)

    # Publications.

    def publish(self, stream, credit, request):
        flags, instance = struct.unpack_from("<HQ", request)
        assert flags == 0
        state = self.engine.instances.setdefault(instance, [0, 0, 0])
        publication = Publication(stream, credit, instance, state)
        self.publications[stream] = publication
        self.acknowledge(publication, self.publish_credit)

    def acknowledge(self, publication, credit, rejects=()):
        decided, accepted, rejected = publication.state
        payload = struct.pack(
            "<QQQQQIH", decided, accepted, rejected, self.engine.epoch, 0, credit, len(rejects)
        )
        for sequence, code, reason in rejects:
            payload += struct.pack("<QB", sequence, code) + text(reason)
        assert publication.message_credit > 0
        publication.message_credit -= len(payload) + 12
        publication.credit += credit
        self.send(MESSAGE, 0, publication.stream, payload)

    def data(self, flags, stream, payload):
        publication = self.publications.get(stream)
        if publication is None:
            assert stream in self.cancelled
            return
        assert publication.credit > 0, "data without credit"
        spent = len(payload) + 12
        publication.credit -= spent
        if flags & 1:
            size = struct.unpack_from("<I", payload)[0]
            raw = zlib.decompress(payload[4:])
            assert len(raw) == size
            rows = size // 64
            records = bytearray(raw)
            for column in range(64 if rows else 0):
                records[column : 64 * rows : 64] = raw[column * rows : (column + 1) * rows]
            payload = bytes(records)
        rejects = []
        while payload:
            word, kind, _, scope, instrument = struct.unpack_from("<QBBHI", payload)
            size = (word >> 48 & 255) * 8
            record, payload = payload[:size], payload[size:]
            assert len(record) == size >= 64
            if kind == 9:
                id, namespace = struct.unpack_from("<IB", record, 16)
                publication.defined.add((namespace, id))
                continue
            sequence = word & (2**48 - 1)
            state = publication.state
            assert sequence > state[0], "a sequence that does not rise"
            state[0] = sequence
            if instrument and (1, instrument) not in publication.defined:
                raise AssertionError(f"instrument {instrument} is not defined")
            if instrument == 5:
                state[2] += 1
                rejects.append((sequence, 7, "no right to it"))
                continue
            state[1] += 1
            self.engine.published.append((publication.instance, sequence, record))
        if not self.stalled or flags & 2:
            self.acknowledge(publication, spent, rejects)
        if flags & 2:
            self.out += status(stream, 0)
            del self.publications[stream]


def describe_reply():
    reply = struct.pack("<HH", 1, 2)
    reply += b"\0" + text("health") + text("tells") + b"\1" + text("subscribe") + text("streams")
    reply += struct.pack("<HH", 1, 1)
    reply += struct.pack("<BBH", 1, 1, 64) + text("trade") + struct.pack("<H", 2)
    reply += struct.pack("<HBB", 0, 8, 0) + text("sequence")
    reply += struct.pack("<HBB", 16, 5, 1) + text("price")
    return reply


class Listener:
    """A `ServerSide` behind a real socket, on a thread of its own. `behave` may change each."""

    def __init__(self, engine, make=ServerSide, path=None, context=None, behave=None):
        self.engine = engine
        self.make = make
        self.context = context
        self.behave = behave
        self.sides = []
        self.lock = threading.RLock()
        self.stopping = False
        self.sockets = {}
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(path)
            self.address = f"unix:{path}"
        else:
            self.socket = socket.socket()
            self.socket.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.socket.listen(16)
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            if self.stopping:
                connection.close()
                return
            thread = threading.Thread(target=self.serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def serve(self, connection):
        if self.context:
            try:
                connection = self.context.wrap_socket(connection, server_side=True)
            except (ssl.SSLError, OSError):
                connection.close()
                return
        with self.lock:
            side = self.make(self.engine)
            side.lock = self.lock
            side.number = len(self.sides)
            self.sides.append(side)
            self.sockets[side] = connection
        try:
            while True:
                data = connection.recv(1 << 16)
                if not data:
                    break
                with self.lock:
                    side.receive(data)
                    if self.behave:
                        self.behave(side)
                    side.pump()
                    out = side.take()
                if out:
                    connection.sendall(out)
                if side.closed:
                    break
        except OSError:
            pass
        finally:
            connection.close()

    def push(self):
        """Sends to all connections what is due."""
        with self.lock:
            for side, connection in list(self.sockets.items()):
                side.pump()
                out = side.take()
                if out and connection.fileno() >= 0:
                    try:
                        connection.sendall(out)
                    except OSError:
                        pass

    def cut(self):
        """Breaks every connection, as a crash would."""
        with self.lock:
            for connection in self.sockets.values():
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self.stopping = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.cut()
        for thread in self.threads:
            thread.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
