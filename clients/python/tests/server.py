"""A server in memory: `Engine` is the log, `ServerSide` one connection to it, without sockets."""

import random
import struct
import zlib

from wire import (
    CALL, CANCEL, CREDIT, DATA, GOAWAY, HELLO, MESSAGE, PING, PONG, compress, definition,
    frame, gap, hello_ack, position, status, text, trade,
)  # fmt: skip


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
        feed.next = stands = engine.next
        early = []
        if start == 3 and epoch != engine.epoch:
            resume, feed.next, stands = 3, engine.oldest, 1
            if engine.oldest > 1:
                first, last = 1, engine.oldest - 1
                early = [gap(first, last)]
        elif start == 3:
            resume, feed.next, stands = 1, origin, origin
            if origin > engine.next:
                self.out += status(stream, 11, "the position lies in the future")
                return
            if origin < engine.oldest:
                resume, first, last = 2, origin, engine.oldest - 1
                early = [gap(first, last)]
                feed.next = engine.oldest
        feed.zlib = bool(flags & 1) and self.capabilities & 2
        answer = struct.pack(
            "<QQBBHQQQQH", engine.epoch, stands, policy, resume, flags & 1, first, last,
            conflation, flush, 1,
        )  # fmt: skip
        self.spend(feed, answer + text("a warning"))
        self.send(MESSAGE, 0, stream, answer + text("a warning"))
        names = [definition(1, 3, "sim"), definition(1, 2, "1m")]
        names += [definition(id, 1, f"SYM{id}") for id in range(1, 6)]
        feed.queue = [position(engine.epoch, stands), *early, *names]
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
