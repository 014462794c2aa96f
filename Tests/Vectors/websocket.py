#!/usr/bin/env python3
"""Writes docs/websocket-vectors.json: what the page docs/websocket.md says, worked out by other means
than the Swift code, so that both can be compared. Run it in any folder; it needs nothing but Python.
"""

import base64
import datetime
import decimal
import hashlib
import json
import pathlib
import zlib

decimal.getcontext().prec = 60
UNDEFINED = -(2**63)

INSTRUMENTS = [
    ("EURUSD", 5, 0), ("BTCUSDT@BINANCE", 2, 3), ('Q"\\\t\u00e9\u20ac\U0001F600', 0, 9), ("X", 9, 9),
]
DECIMALS = {key: (price, size) for key, price, size in INSTRUMENTS}
SIDES = ["", "buy", "sell"]
BAR_STATES = ["open", "closed", "amended", "void"]
BAR_REASONS = ["", "late", "correct", "cancel", "backfill"]
ALERT_STATES = ["inactive", "pending", "firing", "resolved", "acknowledged"]
GAP_REASONS = ["", "overrun", "disconnected", "revoked", "paused", "refused", "unavailable"]
STATUS = {1: "stopped", 2: "starting", 3: "running", 4: "paused", 5: "stopping", 6: "backoff",
          7: "failed", 16: "up", 17: "down", 18: "stale", 19: "failover", 20: "stalled",
          21: "completed", 32: "open", 33: "closed", 34: "halted"}

T = 1_795_205_550_123_456_789  # 2026-11-20T20:12:30.123456789Z


def number(raw, places=9, least=0):
    """The shortest exact decimal of a scaled integer, with at least some decimals."""
    value = decimal.Decimal(raw).scaleb(-places)
    text = format(value, "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    return whole + ("." + fraction if fraction else "")


def instant(nanos, style):
    if style == "ns":
        return str(nanos)
    seconds, rest = divmod(nanos, 10**9)
    day = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    digits = f"{rest:09d}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return '"' + day.strftime("%Y-%m-%dT%H:%M:%S") + ("." + digits if digits else "") + 'Z"'


def string(text):
    return json.dumps(text, ensure_ascii=False)


class Members:
    def __init__(self, style):
        self.parts, self.style = [], style

    def add(self, key, text):
        self.parts.append(f'"{key}":{text}')

    def text(self, key, value):
        if value:
            self.add(key, string(value))

    def price(self, key, raw, least=0):
        if raw is not None and raw != UNDEFINED:
            self.add(key, number(raw, 9, least))

    def time(self, key, nanos):
        if nanos is not None and nanos != UNDEFINED:
            self.add(key, instant(nanos, self.style))

    def object(self):
        return "{" + ",".join(self.parts) + "}"


def encode(event, style="iso", full=False):
    kind = event["kind"]
    m = Members(style)
    m.add("T", string(kind))
    if event.get("sequence"):
        m.add("q", str(event["sequence"]))
    key = event.get("instrument")
    p, s = DECIMALS.get(key, (0, 0))
    if kind == "trade":
        m.text("S", key)
        m.price("p", event["price"], p)
        m.price("s", event["size"], s)
        m.text("d", SIDES[event.get("side", 0)])
        m.time("t", event["event_time"])
        if full:
            m.time("r", event["receive_time"])
            m.text("x", event.get("source"))
            if event.get("venue_sequence"):
                m.add("v", string(str(event["venue_sequence"])))
        if "range" in event:
            r, n = event["range"], Members(style)
            n.price("o", r["first"], p)
            n.price("h", r["high"], p)
            n.price("l", r["low"], p)
            n.add("v", number(r["volume"]))
            n.add("n", str(r["count"]))
            m.add("m", n.object())
    elif kind == "quote":
        m.text("S", key)
        m.price("bp", event["bid"], p)
        m.price("bs", event["bid_size"], s)
        m.price("ap", event["ask"], p)
        m.price("as", event["ask_size"], s)
        m.time("t", event["event_time"])
        if full:
            m.time("r", event["receive_time"])
            m.text("x", event.get("source"))
    elif kind == "bar":
        m.text("S", key)
        m.text("b", event["spec"])
        m.time("t", event["start"])
        m.time("u", event["end"])
        m.text("st", BAR_STATES[event["state"]])
        for short, name in zip("ohlc", ("open", "high", "low", "close")):
            m.price(short, event[name], p)
        m.add("v", number(event["volume"]))
        m.add("w", number(event["notional"], 18))
        m.add("n", str(event["count"]))
        if event["buy_volume"]:
            m.price("bv", event["buy_volume"])
        if event["revision"]:
            m.add("rev", str(event["revision"]))
        m.text("why", BAR_REASONS[event["reason"]])
        if full:
            m.add("fq", str(event["first_sequence"]))
            m.add("lq", str(event["last_sequence"]))
    elif kind == "correction":
        m.text("S", key)
        m.add("of", str(event["target"]))
        m.time("t0", event["old_time"])
        m.price("p0", event["old_price"], p)
        m.price("s0", event["old_size"], s)
        if event["new_price"] == UNDEFINED:
            m.add("cancel", "true")
        else:
            m.price("p", event["new_price"], p)
            m.price("s", event["new_size"], s)
        if full:
            m.text("x", event.get("source"))
    elif kind == "alert":
        m.text("S", key)
        m.text("a", event["rule"])
        m.text("st", ALERT_STATES[event["state"]])
        m.add("lv", str(event["severity"]))
        m.add("g", str(event["generation"]))
        m.price("p", event["value"])
        m.price("th", event["threshold"])
        m.time("t", event["event_time"])
        m.time("since", event["since"])
        if event["cause"]:
            m.add("cause", str(event["cause"]))
        m.text("why", event.get("reason"))
        if full:
            m.text("x", event.get("source"))
    elif kind == "watermark":
        m.text("S", key)
        m.text("b" if event["scope"] == 1 else "x", event["of"])
        m.time("t", event["start"])
        m.time("u", event["end"])
        m.add("n", str(event["bars"]))
        m.add("e", str(event["empty"]))
    elif kind == "gap":
        m.add("from", str(event["first"]))
        m.add("to", str(event["last"]))
        m.add("n", str(event["count"]))
        m.text("why", GAP_REASONS[event["reason"]])
        if event.get("sequence"):
            m.text("who", event.get("subscriber"))
        m.time("t", event["time"])
    elif kind == "status":
        m.text("of", ("instrument", "source", "plugin")[event["scope"]])
        if event["scope"] == 0:
            m.text("S", key)
        else:
            m.text("name", event["subject"])
        m.text("st", STATUS[event["code"]])
        m.text("was", STATUS.get(event["previous"]))
        m.text("why", event.get("reason"))
        m.time("t", event["time"])
    elif kind == "definition":
        m.text("of", event["namespace"])
        m.text("name", event["name"])
        if event["namespace"] == "instrument":
            m.add("pp", str(DECIMALS[event["name"]][0]))
            m.add("sp", str(DECIMALS[event["name"]][1]))
    elif kind == "time":
        m.time("t", event["time"])
    elif kind == "command":
        m.text("to", event["plugin"])
        m.text("cmd", event["command"])
        m.time("t", event["time"])
    if event.get("flags"):
        m.add("f", str(event["flags"]))
    return m.object()


def trade(name, **fields):
    event = {"kind": "trade", "sequence": 1, "instrument": "EURUSD", "price": 1_071_230_000,
             "size": 100_000 * 10**9, "side": 1, "event_time": T, "receive_time": T + 1500,
             "venue_sequence": 0, "source": "sim", "flags": 0}
    event.update(fields)
    return name, event


def bar(name, **fields):
    event = {"kind": "bar", "sequence": 7, "instrument": "EURUSD", "spec": "1m",
             "start": 1_795_205_520 * 10**9, "end": 1_795_205_580 * 10**9, "state": 1,
             "reason": 0, "revision": 0, "count": 3, "open": 1_071_230_000, "high": 1_071_500_000,
             "low": 1_071_000_000, "close": 1_071_300_000, "volume": 300_000 * 10**9,
             "notional": 321_369 * 10**18, "buy_volume": 100_000 * 10**9, "first_sequence": 1,
             "last_sequence": 6, "flags": 0}
    event.update(fields)
    return name, event


EVENTS = [
    trade("a trade"),
    trade("padded to the instrument's decimals", price=1_500_000_000, size=0, side=2),
    trade("more decimals than the instrument has", price=1_071_234_567, size=1),
    trade("a negative price", price=-37_630_000_000, instrument="BTCUSDT@BINANCE"),
    trade("a price just below zero", price=-1, instrument="BTCUSDT@BINANCE"),
    trade("without size and side", size=UNDEFINED, side=0, source=None),
    trade("the largest numbers", sequence=2**48 - 1, price=2**63 - 1, size=-(2**63) + 1,
          venue_sequence=2**64 - 1, flags=255 - 8),
    trade("names that need escapes", instrument=INSTRUMENTS[2][0], price=10**9),
    trade("nine decimals always", instrument="X", price=10**9, size=10**9),
    trade("a whole second", event_time=1_795_205_550 * 10**9),
    trade("milliseconds", event_time=1_795_205_550_120_000_000),
    trade("microseconds", event_time=1_795_205_550_000_007_000),
    trade("before 1970", event_time=-1, receive_time=-10**9),
    trade("the ends of time", event_time=-(2**63) + 1, receive_time=2**63 - 1),
    trade("of unknown time", event_time=UNDEFINED, receive_time=UNDEFINED),
    trade("a leap day", event_time=1_709_251_199_999_999_999, flags=4),
    trade("merged from several", flags=8, range={
        "first": 1_071_000_000, "high": 1_072_000_000, "low": 1_070_500_000,
        "volume": 12_345_678_901_234_567_890_123, "count": 42}),
    ("a quote", {"kind": "quote", "sequence": 2, "instrument": "EURUSD", "bid": 1_071_220_000,
                 "ask": 1_071_240_000, "bid_size": 10**15, "ask_size": 2 * 10**15,
                 "event_time": T, "receive_time": T, "source": "sim", "flags": 4}),
    ("one side of a quote", {"kind": "quote", "sequence": 3, "instrument": "BTCUSDT@BINANCE",
                             "bid": UNDEFINED, "ask": 99_999_990_000_000, "bid_size": UNDEFINED,
                             "ask_size": 1_500_000, "event_time": T, "receive_time": T,
                             "source": None, "flags": 16}),
    bar("a closed bar"),
    bar("an open bar", state=0, flags=64),
    bar("an amended bar", state=2, reason=1, revision=3, buy_volume=0, flags=32),
    bar("a void bar", state=3, reason=3, revision=1, count=0, open=UNDEFINED, high=UNDEFINED,
        low=UNDEFINED, close=UNDEFINED, volume=0, notional=0, buy_volume=0),
    bar("sums beyond 64 bits", volume=2**127 - 1, notional=-(2**127) + 1),
    bar("small sums", volume=1, notional=1),
    bar("a notional of nine decimals", notional=1_000_000_000_123_456_789 * 10**9),
    bar("a notional of tail decimals", notional=5 * 10**18 + 12),
    ("an alert", {"kind": "alert", "sequence": 9, "instrument": "EURUSD", "rule": "above",
                  "state": 2, "severity": 3, "generation": 4, "value": 1_071_500_000,
                  "threshold": 1_071_000_000, "event_time": T, "since": T - 10**9, "cause": 8,
                  "reason": "crossed upwards", "source": "sim", "flags": 0}),
    ("a correction", {"kind": "correction", "sequence": 10, "instrument": "EURUSD", "target": 1,
                      "old_time": T, "old_price": 1_071_230_000, "old_size": 10**14,
                      "new_price": 1_071_200_000, "new_size": 10**14, "source": "sim",
                      "flags": 0}),
    ("a cancelled trade", {"kind": "correction", "sequence": 11, "instrument": "EURUSD",
                           "target": 1, "old_time": T, "old_price": 1_071_230_000,
                           "old_size": UNDEFINED, "new_price": UNDEFINED,
                           "new_size": UNDEFINED, "source": None, "flags": 0}),
    ("a watermark of a spec", {"kind": "watermark", "sequence": 12, "scope": 1, "of": "1m",
                               "start": 1_795_205_520 * 10**9, "end": 1_795_205_580 * 10**9,
                               "bars": 9, "empty": 1, "flags": 0}),
    ("a watermark of a source", {"kind": "watermark", "sequence": 13, "scope": 0, "of": "sim",
                                 "start": UNDEFINED, "end": T, "bars": 0, "empty": 0,
                                 "flags": 0}),
    ("a gap of this subscription", {"kind": "gap", "sequence": 0, "first": 14, "last": 20,
                                    "count": 5, "reason": 1, "subscriber": "feed-1", "time": T,
                                    "flags": 0}),
    ("a gap of somebody else", {"kind": "gap", "sequence": 21, "first": 14, "last": 20,
                                "count": 7, "reason": 5, "subscriber": "feed-1", "time": T,
                                "flags": 0}),
    ("a status of a plugin", {"kind": "status", "sequence": 22, "scope": 2, "subject": "bars",
                              "code": 6, "previous": 3, "reason": "it threw \"x\"", "time": T,
                              "flags": 0}),
    ("a status of an instrument", {"kind": "status", "sequence": 23, "scope": 0,
                                   "instrument": "EURUSD", "subject": None, "code": 34,
                                   "previous": 0, "reason": None, "time": T, "flags": 0}),
    ("a definition of an instrument", {"kind": "definition", "sequence": 24,
                                       "namespace": "instrument", "name": "BTCUSDT@BINANCE",
                                       "flags": 0}),
    ("a definition of a spec", {"kind": "definition", "sequence": 25, "namespace": "spec",
                                "name": "1m", "flags": 0}),
    ("a tick of the clock", {"kind": "time", "sequence": 26, "time": T, "flags": 0}),
    ("a command", {"kind": "command", "sequence": 27, "plugin": "bars",
                   "command": "add {\"spec\":\"5m\"}", "time": T, "flags": 0}),
]


# Frames

def frame(first, payload, mask=None, extended=None):
    length = len(payload)
    if extended is None:
        extended = 0 if length < 126 else 2 if length < 65536 else 8
    short = length if extended == 0 else 126 if extended == 2 else 127
    head = bytes([first, short | (0x80 if mask is not None else 0)]) + \
        (length.to_bytes(extended, "big") if extended else b"")
    if mask is None:
        return head + payload
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


M = bytes.fromhex("37fa213d")


def text(value):
    return {"text": value}


def frames():
    """What a server makes of a client's bytes. The first nine are the examples of RFC 6455, 5.7,
    masked as a client has to; then the errors that Autobahn looks for."""
    hello = b"Hello"
    close = (1000).to_bytes(2, "big")
    good = [
        ("RFC 6455: a text message", frame(0x81, hello, M), [text("Hello")]),
        ("RFC 6455: in two fragments", frame(0x01, b"Hel", M) + frame(0x80, b"lo", M),
         [text("Hello")]),
        ("RFC 6455: a ping", frame(0x89, hello, M), [{"ping": hello.hex()}]),
        ("RFC 6455: a pong", frame(0x8A, hello, M), [{"pong": hello.hex()}]),
        ("RFC 6455: 256 bytes", frame(0x82, bytes(range(256)), M),
         [{"binary": bytes(range(256)).hex()}]),
        ("an empty message", frame(0x81, b"", M), [text("")]),
        ("a message of empty fragments",
         frame(0x01, b"", M) + frame(0x00, b"", M) + frame(0x80, b"", M), [text("")]),
        ("a ping between fragments",
         frame(0x01, b"a", M) + frame(0x89, b"p", M) + frame(0x80, b"b", M),
         [{"ping": b"p".hex()}, text("ab")]),
        ("a character in two fragments",
         frame(0x01, "é".encode()[:1], M) + frame(0x80, "é".encode()[1:], M), [text("é")]),
        ("a close with code and reason", frame(0x88, close + "é".encode(), M),
         [{"close": 1000, "reason": "é"}]),
        ("a close without a code", frame(0x88, b"", M), [{"close": None, "reason": ""}]),
        ("nothing counts after a close", frame(0x88, close, M) + frame(0xFF, b"x", M),
         [{"close": 1000, "reason": ""}]),
        ("a key of zeros", frame(0x81, hello, bytes(4)), [text("Hello")]),
    ]
    bad = [
        ("a frame that is not masked", frame(0x81, hello), 1002),
        ("a reserved bit", frame(0xA1, hello, M), 1002),
        ("the compression bit without agreement", frame(0xC1, hello, M), 1002),
        ("a reserved opcode", frame(0x83, hello, M), 1002),
        ("a reserved control opcode", frame(0x8B, b"", M), 1002),
        ("a ping of 126 bytes", frame(0x89, bytes(126), M), 1002),
        ("a ping in fragments", frame(0x09, b"p", M), 1002),
        ("a continuation of nothing", frame(0x80, b"x", M), 1002),
        ("a message in a message", frame(0x01, b"a", M) + frame(0x81, b"b", M), 1002),
        ("a length in too many bytes", frame(0x81, hello, M, extended=2), 1002),
        ("a length in far too many bytes", frame(0x82, bytes(200), M, extended=8), 1002),
        ("a length beyond 2^63", bytes([0x82, 0xFF]) + b"\xff" * 8 + M, 1002),
        ("a close of one byte", frame(0x88, b"\x03", M), 1002),
        ("a close reason that is not UTF-8", frame(0x88, close + b"\xff", M), 1007),
        ("text that is not UTF-8", frame(0x81, b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80x", M), 1007),
        ("text that ends inside a character", frame(0x81, b"\xce", M), 1007),
        ("bad text is found in the first fragment", frame(0x01, b"\xf4\x90", M), 1007),
    ] + [
        (f"close code {code}", frame(0x88, code.to_bytes(2, "big"), M), 1002)
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
    ]
    return ([{"name": n, "hex": b.hex(), "items": i} for n, b, i in good]
            + [{"name": n, "hex": b.hex(), "error": c} for n, b, c in bad])


def raw_deflate(data, bits=15, level=6, flush=zlib.Z_SYNC_FLUSH):
    z = zlib.compressobj(level, zlib.DEFLATED, -bits, 8)
    out = z.compress(data) + z.flush(flush)
    return out[:-4] if flush == zlib.Z_SYNC_FLUSH else out + b"\0"


def deflate():
    """Payloads of compressed messages; the first are the examples of RFC 7692, 7.2.3."""
    cases = [
        ("RFC 7692: Hello", "f248cdc9c90700", "Hello"),
        ("RFC 7692: in two blocks", "f24805000000ffffcac9c90700", "Hello"),
        ("RFC 7692: a block without compression", "000500faff48656c6c6f00", "Hello"),
        ("RFC 7692: a block with BFINAL", "f348cdc9c9070000", "Hello"),
        ("nothing", "00", ""),
    ]
    long = ",".join(encode(event) for _, event in EVENTS)
    cases.append(("events", raw_deflate(long.encode()).hex(), long))
    cases.append(("a window of 9 bits", raw_deflate(long.encode(), 9).hex(), long))
    cases.append(("a stream that ends", raw_deflate(long.encode(), 15, 9, zlib.Z_FINISH).hex(),
                  long))
    for name, payload, expected in cases:
        z = zlib.decompressobj(-15)
        found = z.decompress(bytes.fromhex(payload) + b"\0\0\xff\xff")
        assert found.decode() == expected, name
    return [{"name": n, "hex": h, "text": t} for n, h, t in cases]


def subscribe(**fields):
    means = {"op": "subscribe", "subjects": [], "sub": None, "policy": "drop-oldest", "rate_ns": 0,
             "flush_ns": None, "start": "live", "times": "iso", "fields": "basic"}
    means.update(fields)
    return means


def requests():
    s = subscribe
    return [
        ('{"id":1,"op":"ping"}', {"op": "ping"}),
        ('{"id":0,"op":"hello"}', {"op": "hello", "client": "", "token": None}),
        ('{"op":"hello","client":"chart é","token":"s3cret","id":9007199254740991}',
         {"op": "hello", "client": "chart é", "token": "s3cret"}),
        ('{"id":2,"op":"authenticate","token":"s3cret"}',
         {"op": "authenticate", "token": "s3cret"}),
        ('{"id":3,"op":"subscribe","subjects":"trade.*"}', s(subjects=["trade.*"])),
        ('{"id":3,"op":"subscribe","subjects":["trade.EURUSD","bar.EURUSD.1m"],"sub":7,'
         '"policy":"disconnect","from":"snapshot","flush":"20ms"}',
         s(subjects=["trade.EURUSD", "bar.EURUSD.1m"], sub=7, policy="disconnect",
           start="snapshot", flush_ns=20_000_000)),
        ('{"id":4,"op":"subscribe","subjects":["quote.\\"BRK.B\\""],"policy":"conflate",'
         '"rate":"250ms","from":"1795205550123456789:42","times":"ns","fields":"full"}',
         s(subjects=['quote."BRK.B"'], policy="conflate", rate_ns=250_000_000,
           start="position 1795205550123456789:42", times="ns", fields="full")),
        ('{"id":5,"op":"subscribe","subjects":[">"],"from":"2026-11-20T20:12:30.5Z","sub":null}',
         s(subjects=[">"], start="time 1795205550500000000")),
        ('{"id":6,"op":"subscribe","subjects":[">"],"from":"17:0"}',
         s(subjects=[">"], start="position 17:1")),
        ('{"id":7,"op":"update","sub":7,"rate":"1s","flush":"0s"}',
         {"op": "update", "sub": 7, "rate_ns": 10**9, "flush_ns": 0}),
        ('{"id":8,"op":"unsubscribe","sub":7}', {"op": "unsubscribe", "subs": [7]}),
        (' { "id" : 8 , "op" : "unsubscribe" , "sub" : [ 1, 1000000000 ] } ',
         {"op": "unsubscribe", "subs": [1, 1000000000]}),
    ]


def bad_requests():
    """text, code, id, line, column"""
    return [
        ('', "invalid_argument", None, 1, 1),
        ('hello', "invalid_argument", None, 1, 1),
        ('{"id":1,"op":"ping"', "invalid_argument", None, 1, 20),
        ('{"id":1,\n "op":ping}', "invalid_argument", None, 2, 7),
        ('[]', "invalid_argument", None, 1, 1),
        ('{"op":"ping"}', "invalid_argument", None, 1, 1),
        ('{"id":"1","op":"ping"}', "invalid_argument", None, 1, 7),
        ('{"id":-1,"op":"ping"}', "invalid_argument", None, 1, 7),
        ('{"id":9007199254740992,"op":"ping"}', "invalid_argument", None, 1, 7),
        ('{"id":1,"id":2,"op":"ping"}', "invalid_argument", None, 1, 9),
        ('{"id":1}', "invalid_argument", 1, 1, 1),
        ('{"id":1,"op":7}', "invalid_argument", 1, 1, 14),
        ('{"id":1,"op":"subscibe"}', "unimplemented", 1, 1, 14),
        ('{"id":1,"op":"ping","x":1}', "invalid_argument", 1, 1, 21),
        ('{"id":1,"op":"authenticate"}', "invalid_argument", 1, 1, 1),
        ('{"id":1,"op":"subscribe"}', "invalid_argument", 1, 1, 1),
        ('{"id":1,"op":"subscribe","subjects":[]}', "invalid_argument", 1, 1, 37),
        ('{"id":1,"op":"subscribe","subjects":[1]}', "invalid_argument", 1, 1, 38),
        ('{"id":1,"op":"subscribe","subjects":["trades.X"]}', "invalid_argument", 1, 1, 38),
        ('{"id":1,"op":"subscribe","subjects":">","policy":"lossless"}', "invalid_argument",
         1, 1, 50),
        ('{"id":1,"op":"subscribe","subjects":">","rate":"1s"}', "invalid_argument", 1, 1, 48),
        ('{"id":1,"op":"subscribe","subjects":">","policy":"conflate","rate":250}',
         "invalid_argument", 1, 1, 68),
        ('{"id":1,"op":"subscribe","subjects":">","flush":"2h"}', "invalid_argument", 1, 1, 49),
        ('{"id":1,"op":"subscribe","subjects":">","from":"yesterday"}', "invalid_argument",
         1, 1, 48),
        ('{"id":1,"op":"subscribe","subjects":">","sub":0}', "invalid_argument", 1, 1, 47),
        ('{"id":1,"op":"subscribe","subjects":">","polcy":"conflate"}', "invalid_argument",
         1, 1, 41),
        ('{"id":1,"op":"unsubscribe","sub":[]}', "invalid_argument", 1, 1, 34),
        ('{"id":1,"op":"update","rate":"1s"}', "invalid_argument", 1, 1, 1),
    ]


def messages():
    """What a server says, and how a client is to take it."""
    trades = [encode(dict(EVENTS[0][1], sequence=q)) for q in (42, 44)]
    return [
        {"name": "the welcome", "text":
         '{"hello":{"server":"tickwire","version":1,"release":"0.1.0",'
         '"epoch":"1795205550123456789","next":42,"t":"2026-11-20T20:12:30.123456789Z",'
         '"token":"not needed","heartbeat":"1s","limits":{"subscriptions":64,"subjects":1024,'
         '"request_bytes":262144,"requests_per_second":50}}}'},
        {"name": "a subscription", "text":
         '{"id":3,"ok":{"sub":7,"epoch":"1795205550123456789","next":42,"policy":"conflate",'
         '"resume":"partial","missing":[42,50],"rate":"250ms","flush":"0s",'
         '"warnings":["trade.X matches nothing: there is no instrument \\"X\\""]}}'},
        {"name": "events", "text": '{"s":7,"e":[' + ",".join(trades) + "]}"},
        {"name": "the live marker", "text": '{"s":7,"live":45}'},
        {"name": "a heartbeat of all", "text": '{"at":52,"t":"2026-11-20T20:12:30.123456789Z"}'},
        {"name": "a heartbeat of one", "text":
         '{"s":7,"at":53,"t":"2026-11-20T20:12:30.123456789Z"}'},
        {"name": "an error", "text":
         '{"id":3,"error":{"code":"invalid_argument","message":"policy: expected one of '
         '\\"drop-oldest\\", \\"conflate\\", \\"disconnect\\", found \\"conflat\\"","line":1,'
         '"column":50,"request":"…op\\":\\"subscribe\\",\\"subjects\\":\\">\\",\\"policy\\":\\"conflat\\"}"}}'},
        {"name": "the end of a subscription", "text":
         '{"s":7,"end":{"code":"data_loss","message":"fell behind","hint":"subscribe again"}}'},
        {"name": "a goaway", "text": '{"goaway":{"message":"the server stops","reconnect":"2s"}}'},
    ]


CLOSE_CODES = [
    (1000, "give up"), (1001, "reconnect"), (1002, "give up"), (1003, "give up"),
    (1005, "reconnect"), (1006, "reconnect"), (1007, "give up"), (1008, "give up"),
    (1009, "give up"), (1010, "give up"), (1011, "reconnect later"), (1012, "reconnect"),
    (1013, "reconnect later"), (1014, "reconnect later"), (4400, "give up"), (4401, "give up"),
    (4403, "give up"), (4408, "reconnect"), (4410, "give up"), (4413, "reconnect"),
    (4429, "reconnect later"), (3000, "reconnect later"), (4000, "reconnect later"),
    (4499, "give up"),
]


def accept(key):
    guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return base64.b64encode(hashlib.sha1((key + guid).encode()).digest()).decode()


def main():
    keys = ["dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", "/////////////////////w=="]
    document = {
        "about": "What docs/websocket.md says, as examples that tests use. Written by "
                 "Tests/Vectors/websocket.py. Prices and sizes of \"raw\" are in "
                 "10^-9, notionals in 10^-18, times in nanoseconds; -2^63 is undefined.",
        "instruments": [{"key": k, "price_precision": p, "size_precision": s}
                        for k, p, s in INSTRUMENTS],
        "events": [{"name": n, "raw": e, "iso": encode(e), "ns": encode(e, "ns"),
                    "full": encode(e, full=True)} for n, e in EVENTS],
        "messages": messages(),
        "requests": [{"text": t, "means": dict(m, id=json.loads(t)["id"])}
                     for t, m in requests()],
        "bad_requests": [{"text": t, "code": c, "id": i, "line": n, "column": m}
                         for t, c, i, n, m in bad_requests()],
        "close_codes": [{"code": c, "advice": a} for c, a in CLOSE_CODES],
        "accept": [{"key": k, "accept": accept(k)} for k in keys],
        "frames": frames(),
        "deflate": deflate(),
    }
    for event in document["events"]:
        for style in ("iso", "ns", "full"):
            json.loads(event[style])
    folder = pathlib.Path(__file__).resolve().parents[2] / "docs"
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / "websocket-vectors.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
