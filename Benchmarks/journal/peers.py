"""The servers of W5: Redis Streams, NATS JetStream and PostgreSQL.

`redis`, `nats` and `postgres` each start a server in `folder`, send it ticks, wait until it has
acknowledged all of them, compare the count that it has stored with what was sent, and end it. The bytes
to send are made before the clock starts. They return ticks a second.
"""

import contextlib
import glob
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time

BATCH = 1000
# Ticks sent and not acknowledged yet.
WINDOW = 4000
PATIENCE = 60

RECORD = struct.Struct("<qqqqqq")


def ticks(count):
    """Made ticks: time, instrument, price, size, side, sequence."""
    price = 100_000_000_000
    for number in range(count):
        price += (number * 7919) % 2001 * 1_000_000 - 1_000_000_000
        yield number * 100_000, number % 1000, price, 1 + number % 100, number & 1, number


def payloads():
    return [RECORD.pack(*tick) for tick in ticks(BATCH)]


def check(system, sent, stored):
    if stored != sent:
        sys.exit(f"{system} was sent {sent} ticks and has stored {stored}")


def program(name):
    """Where a server is, or nothing; Debian keeps those of PostgreSQL out of the path."""
    versions = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    versions.sort(key=lambda path: int(path.split("/")[4]))
    return versions[-1] if versions else shutil.which(name) or shutil.which(f"/usr/sbin/{name}")


@contextlib.contextmanager
def server(command, folder, ready, user=None):
    """Runs a server; gives what `ready` returns once it returns something."""
    log = os.path.join(folder, "log")
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, user=user, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield wait(ready, process, log)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(ready, process, log):
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.02)
    with open(log, errors="replace") as output:
        sys.exit(f"{process.args[0]} does not start:\n{output.read()[-2000:]}")


def pipelined(connection, batch, events, answers):
    """Sends a batch again and again, a window ahead of its answers; gives the seconds to the last one.

    `answers` says how many are in what was received.
    """
    sent = answered = 0
    began = time.monotonic()
    while answered < events:
        while sent < events and sent - answered <= WINDOW - BATCH:
            connection.sendall(batch)
            sent += BATCH
        if not (received := connection.recv(1 << 18)):
            sys.exit("the server has closed the connection")
        answered += answers(received)
    return time.monotonic() - began



def connected(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(PATIENCE)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        return None
    return connection


def request(*words):
    parts = [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(parts)


def identifiers(received):
    """Answers to XADD: each a string of two lines, so the first of them alone is half an answer."""
    if b"-ERR" in received:
        sys.exit(f"Redis: {received[-200:]}")
    return received.count(b"\n") / 2


def redis(folder, events):
    """Entries of a stream, 1,000 commands at a time; the file is synced every second, never rewritten."""
    path = os.path.join(folder, "socket")
    batch = b"".join(request(b"XADD", b"t", b"*", b"d", tick) for tick in payloads())
    run = [
        program("redis-server"), "--port", "0", "--unixsocket", path, "--dir", folder, "--save", "",
        "--appendonly", "yes", "--appendfsync", "everysec",
        "--auto-aof-rewrite-percentage", "0",
    ]  # fmt: skip
    with server(run, folder, lambda: connected(path)) as connection, connection:
        seconds = pipelined(connection, batch, events, identifiers)
        connection.sendall(request(b"XLEN", b"t"))
        check("Redis", events, int(connection.recv(64).strip(b":\r\n")))
    return events / seconds


STREAM = {"name": "W5", "subjects": ["t"], "storage": "file", "retention": "limits", "num_replicas": 1}


def port_told(folder):
    """The port that the server has chosen, from the file in which it says so."""
    for path in glob.glob(os.path.join(folder, "*.ports")):
        # It may be half written.
        with contextlib.suppress(ValueError), open(path) as file:
            return int(json.load(file)["nats"][0].rsplit(":", 1)[1])
    return None


def answer(connection, text, pattern):
    """Sends a line of the protocol, and receives until the pattern matches."""
    connection.sendall(text)
    received = b""
    while not (found := re.search(pattern, received)):
        if not (some := connection.recv(1 << 16)) or b"-ERR" in received:
            sys.exit(f"NATS: {received[-200:]}")
        received += some
    return found


def ask(connection, subject, body):
    """A request to JetStream; gives the count of messages that the stream has."""
    body = json.dumps(body).encode()
    text = b"PUB $JS.API.STREAM.%b.W5 a %d\r\n%b\r\n" % (subject, len(body), body)
    return int(answer(connection, text, rb'"state":\{"messages":(\d+).*\}\r\n')[1])


class Acknowledgements:
    """Counts the acknowledgements of JetStream, also one that comes in two pieces."""

    def __init__(self, connection):
        self.connection = connection
        self.rest = b""

    def __call__(self, received):
        received = self.rest + received
        end = received.rfind(b"\n") + 1
        self.rest = received[end:]
        if b'"error"' in received or b"-ERR" in received:
            sys.exit(f"NATS: {received[-200:]}")
        if received.startswith(b"PING") or b"\nPING" in received:
            self.connection.sendall(b"PONG\r\n")
        return received.count(b'"seq":', 0, end)


def nats(folder, events):
    """Messages of a stream in files, published without waiting for each acknowledgement."""
    batch = b"".join(b"PUB t a %d\r\n%b\r\n" % (len(tick), tick) for tick in payloads())
    run = [
        program("nats-server"), "-js", "-sd", folder, "-a", "127.0.0.1", "-p", "-1",
        "--ports_file_dir", folder,
    ]  # fmt: skip
    with (
        server(run, folder, lambda: port_told(folder)) as port,
        socket.create_connection(("127.0.0.1", port), PATIENCE) as connection,
    ):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer(connection, b'CONNECT {"verbose":false}\r\nSUB a 1\r\nPING\r\n', rb"PONG\r\n")
        ask(connection, b"CREATE", STREAM)
        seconds = pipelined(connection, batch, events, Acknowledgements(connection))
        check("NATS", events, ask(connection, b"INFO", {}))
    return events / seconds


TABLE = (
    "create table t (time bigint, instrument bigint, price bigint, size bigint, side bigint, "
    "sequence bigint);\n")


@contextlib.contextmanager
def memory(content):
    """A file in memory, which other programs open by the name /dev/fd/N."""
    with open(os.memfd_create("ticks"), "wb") as file:
        file.write(content)
        file.flush()
        yield file.fileno()


def told(session, text):
    """Has psql do something, and gives the line that it says then."""
    session.stdin.write(text)
    session.stdin.flush()
    if not (line := session.stdout.readline()):
        sys.exit("psql has ended")
    return line.strip()


@contextlib.contextmanager
def psql(folder, descriptor):
    run = [
        program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "postgres", "postgres",
    ]  # fmt: skip
    with subprocess.Popen(
        run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=[descriptor]
    ) as session:
        try:
            yield session
        finally:
            session.kill()


def cluster(folder):
    """Makes an empty database; gives the user to run its server, who is never root."""
    user = None if os.geteuid() else "postgres"
    if user:
        shutil.chown(folder, user)
    data = os.path.join(folder, "data")
    subprocess.run(
        [program("initdb"), "-D", data, "-U", "postgres", "-A", "trust"],
        cwd=folder, user=user, stdout=subprocess.DEVNULL, check=True)  # fmt: skip
    return data, user


def binary(rows):
    """What COPY reads in its binary format: each row a count of columns, each column a length and bytes."""
    row = struct.Struct(">hiqiqiqiqiqiq")
    columns = ((value for column in tick for value in (8, column)) for tick in rows)
    packed = b"".join(row.pack(6, *values) for values in columns)
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + packed + b"\xff\xff"


def copied(session, descriptor, times):
    """Copies the batch again and again, a transaction each; gives the seconds."""
    told(session, TABLE + "\\echo made\n")
    text = f"\\copy t from '/dev/fd/{descriptor}' (format binary)\n" * times
    began = time.monotonic()
    told(session, text + "\\echo done\n")
    return time.monotonic() - began


def postgres(folder, events, batch):
    """COPY of so many rows at a time, from psql; settings as they come."""
    batch = min(batch, events)
    times = events // batch
    data, user = cluster(folder)
    run = [program("postgres"), "-D", data, "-k", folder, "-c", "listen_addresses="]
    ready = [program("pg_isready"), "-q", "-h", folder]
    with (
        memory(binary(ticks(batch))) as descriptor,
        server(run, folder, lambda: not subprocess.run(ready).returncode, user),
        psql(folder, descriptor) as session,
    ):
        seconds = copied(session, descriptor, times)
        check("PostgreSQL", times * batch, int(told(session, "select count(*) from t;\n")))
    return times * batch / seconds
