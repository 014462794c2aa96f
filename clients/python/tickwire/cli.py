"""The command line: ``python -m tickwire subscribe|publish|describe|health``."""

from __future__ import annotations

import argparse
import csv
import json
import os
import ssl
import sys
from datetime import datetime, timezone
from typing import Any, Dict, Iterator, List, Optional, TextIO

from . import present
from .client import Client, connect
from .errors import Code, InvalidArgument, TickwireError
from .publisher import Publisher
from .records import Event, Position
from .subscription import Start

DEFAULT_ADDRESS = "127.0.0.1:9000"
_CSV_HELP = """\
Reads CSV with a header line. Columns: symbol (or instrument); price, size, side for trades; bid,
ask, bid_size, ask_size for quotes; time (ISO 8601, or nanoseconds since 1970; without it events
happen now). Other columns are ignored."""


def main(arguments: Optional[List[str]] = None) -> int:
    """Runs a command; the result is the exit code."""
    options = _parser().parse_args(arguments)
    try:
        with _connect(options) as client:
            return int(options.run(client, options))
    except TickwireError as error:
        print(f"tickwire: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return 64 if error.code is Code.INVALID_ARGUMENT else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough. What Python would flush at its end has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _connect(options: argparse.Namespace) -> Client:
    context: Any = None
    if options.tls or options.ca:
        context = ssl.create_default_context(cafile=options.ca)
    return connect(
        options.address, token=options.token, tls=context, name="python -m tickwire",
        timeout=options.timeout,
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--address", default=os.environ.get("TICKWIRE_ADDRESS", DEFAULT_ADDRESS),
        help="host:port or unix:/path (TICKWIRE_ADDRESS; default %(default)s)",
    )  # fmt: skip
    common.add_argument(
        "--token", default=os.environ.get("TICKWIRE_TOKEN"), help="or TICKWIRE_TOKEN"
    )
    common.add_argument("--tls", action="store_true", help="use TLS")
    common.add_argument("--ca", metavar="FILE", help="trust these certificates; implies --tls")
    common.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS")

    parser = argparse.ArgumentParser(prog="python -m tickwire", description="Talks to a Tickwire.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Any, text: str, **more: Any) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, parents=[common], help=text, description=more.pop("description", text),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        command.set_defaults(run=run)
        return command

    _subscribe_options(add("subscribe", _subscribe, "print events as they come"))
    publish = add("publish", _publish, "publish ticks from CSV", description=_CSV_HELP)
    publish.add_argument("file", nargs="?", default="-", help="default: standard input")
    publish.add_argument("--source", default="python", help="name of the source (%(default)s)")
    publish.add_argument("--compress", action="store_true")
    describe = add("describe", _describe, "list the methods and record layouts of a server")
    describe.add_argument("--json", action="store_true")
    add("health", _health, "ask whether the server is ready")
    return parser


def _subscribe_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("subjects", nargs="+", metavar="SUBJECT", help="such as 'trade.>'")
    command.add_argument(
        "--from", dest="start", default="live", metavar="START",
        help="live, snapshot, EPOCH:NEXT or a time such as 2026-01-05T09:00:00Z",
    )  # fmt: skip
    command.add_argument(
        "--policy", default="drop-oldest", help="lossless, drop-oldest, conflate or disconnect"
    )
    command.add_argument("--conflation", type=float, default=0.0, metavar="SECONDS")
    command.add_argument("--flush", type=float, default=0.0, metavar="SECONDS")
    command.add_argument("--compress", action="store_true")
    command.add_argument("--heartbeats", action="store_true", help="show positions and names too")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.add_argument("--limit", type=int, metavar="N", help="end after N events")


def start_of(text: str) -> Start:
    """Where to start, as written on the command line."""
    if text in ("live", "snapshot"):
        return text
    epoch, _, following = text.partition(":")
    if epoch.isdigit() and following.isdigit() and len(epoch) != 4:
        return Position.parse(text)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        if epoch.isdigit() and following.isdigit():
            return Position.parse(text)
        raise InvalidArgument(
            f"--from: expected live, snapshot, EPOCH:NEXT or a time, found {text!r}"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _subscribe(client: Client, options: argparse.Namespace) -> int:
    subscription = client.subscribe(
        *options.subjects, policy=options.policy, start=start_of(options.start),
        compress=options.compress, conflation=options.conflation, flush=options.flush,
        heartbeats=options.heartbeats,
    )  # fmt: skip
    subscription.wait_for_answer(options.timeout)
    for warning in subscription.warnings:
        print(f"tickwire: {warning}", file=sys.stderr)
    left = options.limit
    out = sys.stdout
    for batch in subscription.batches():
        for event in batch:
            if left == 0:
                return 0
            out.write(_written(event, options.json))
            if left is not None:
                left -= 1
        out.flush()
        if left == 0:
            return 0
    return 0


def _written(event: Event, as_json: bool) -> str:
    if as_json:
        return json.dumps(present.plain(event), separators=(",", ":"), ensure_ascii=False) + "\n"
    return present.line(event) + "\n"


def _publish(client: Client, options: argparse.Namespace) -> int:
    if options.file == "-":
        return _publish_rows(client, options, sys.stdin)
    try:
        with open(options.file, newline="", encoding="utf-8-sig") as file:
            return _publish_rows(client, options, file)
    except OSError as error:
        raise InvalidArgument(f"{options.file}: {error.strerror}") from None


def _publish_rows(client: Client, options: argparse.Namespace, file: TextIO) -> int:
    batch = 1 if file.isatty() else 256
    with client.publish(options.source, compress=options.compress, batch=batch) as publisher:
        for place, row in _rows(file, options.file):
            try:
                _publish_row(publisher, row)
            except (ValueError, KeyError) as error:
                said = error.message if isinstance(error, TickwireError) else str(error)
                raise InvalidArgument(f"{place}: {said}") from None
        last = publisher.close()
    for reject in publisher.rejects:
        print(f"tickwire: {reject}", file=sys.stderr)
    accepted, rejected = (last.accepted, last.rejected) if last is not None else (0, 0)
    print(f"{accepted} accepted, {rejected} rejected")
    return 0 if not rejected else 1


def _rows(file: TextIO, name: str) -> Iterator[tuple[str, Dict[str, str]]]:
    reader = csv.reader(file)
    header = [column.strip().lower() for column in next(reader, [])]
    if not {"symbol", "instrument"} & set(header):
        raise InvalidArgument(f"{name}:1: expected a column symbol, found {', '.join(header)}")
    for row in reader:
        if row:
            yield f"{name}:{reader.line_num}", dict(zip(header, map(str.strip, row)))


def _publish_row(publisher: Publisher, row: Dict[str, str]) -> None:
    key = row.get("instrument") or row.get("symbol", "")
    if not key:
        raise InvalidArgument("symbol: expected a name, found none")
    moment = time_of(row.get("time", ""))
    if row.get("price"):
        publisher.trade(
            key, row["price"], row.get("size") or None, moment, row.get("side") or None
        )
    else:
        publisher.quote(
            key, row.get("bid") or None, row.get("ask") or None, row.get("bid_size") or None,
            row.get("ask_size") or None, moment,
        )  # fmt: skip


def time_of(text: str) -> Optional[int]:
    """Nanoseconds of a time in ISO 8601 (up to nine decimals; UTC without a zone) or as such."""
    if not text:
        return None
    if text.lstrip("-").isdigit():
        return int(text)
    whole, point, rest = text.replace("Z", "+00:00").replace(" ", "T").partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789")) if point else 0
    fraction, zone = rest[:digits], rest[digits:]
    try:
        moment = datetime.fromisoformat(whole + zone)
    except ValueError:
        raise InvalidArgument(
            f"time: expected ISO 8601 or nanoseconds since 1970, found {text!r}"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    seconds = int(moment.timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, "0")[:9] or "0")


def _describe(client: Client, options: argparse.Namespace) -> int:
    server, description = client.server, client.describe()
    if options.json:
        print(json.dumps(_described(description), indent=2))
        return 0
    if server is not None:
        print(f"{server.server} {server.server_version}, pid {server.pid}, epoch {server.epoch}")
    print(f"protocol {description.protocol_version}\n\nmethods")
    for method in description.methods:
        streams = "streams" if method.streams else "unary"
        print(f"  {method.name:22} {streams:8} {method.summary}")
    if description.layouts:
        print(f"\nrecords, schema {description.schema_version}")
    for layout in description.layouts:
        print(f"  {layout.name} ({layout.kind}), {layout.size} bytes")
        for each in layout.fields:
            unit = "" if each.unit == "none" else each.unit
            print(f"    {each.offset:4}  {each.type:5} {each.name:22} {unit}".rstrip())
    return 0


def _described(description: Any) -> Any:
    """Dataclasses and tuples as JSON has them."""
    if isinstance(description, tuple):
        return [_described(each) for each in description]
    if hasattr(description, "__dataclass_fields__"):
        names = description.__dataclass_fields__
        return {name: _described(getattr(description, name)) for name in names}
    return description


def _health(client: Client, options: argparse.Namespace) -> int:
    health = client.health()
    print("ready" if health.ready else f"not ready: {health.reason}")
    return 0 if health.ready else 1
