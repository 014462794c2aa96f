"""The servers of the fan-out over TCP and WebSocket: how each is started, and with which settings.

Settings are those that suit a peer best where nothing may be lost; README.md names them.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent.parent
BUILD = BENCHMARKS / "peers" / "c" / "build"
START_SECONDS = 10


class ServerError(Exception):
    """Why a server is not there; its text is all that is shown."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def program(name):
    """Where Debian has daemons is not on everybody's path."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServerError(f"{name} is not installed")
    return found


class Server:
    """A server in a temporary folder, on a free port, on one core."""

    codec = None
    ports = 1
    environment = {}
    # Deliveries that are under way at most, over all subscribers; None: what the codec says.
    under_way = None

    def __init__(self, core):
        self.folder = tempfile.TemporaryDirectory(prefix="fanout-")
        self.port = [free_port() for _ in range(self.ports)]
        self.log = open(self.path("log"), "w+")
        pin = ["taskset", "-c", str(core)] if core is not None else []
        self.process = subprocess.Popen(
            pin + [str(word) for word in self.command()],
            cwd=self.folder.name,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )

    def __enter__(self):
        deadline = time.monotonic() + START_SECONDS
        for port in self.port:
            while not self.listens(port):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise ServerError(f"{self.codec} did not start: {self.last_words()}")
                time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self.stop()

    def listens(self, port):
        """Asked of the kernel, not by connecting: a server may take the first who comes."""
        wanted = f":{port:04X}"
        with open("/proc/net/tcp") as table:
            return any(
                fields[1].endswith(wanted) and fields[3] == "0A"
                for fields in (line.split() for line in table)
            )

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def last_words(self):
        self.log.seek(0)
        return " ".join(self.log.read().split())[-300:]

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        Path(self.path(name)).write_text(text)
        return self.path(name)

    def client_options(self):
        """What mdload is told beside the port and the process."""
        return []

    def command(self):
        raise NotImplementedError


class Floor(Server):
    codec = "floor"

    def command(self):
        return [BUILD / "mdfloor", self.port[0]]


class Nats(Server):
    codec = "nats"
    environment = {"GOGC": "1000"}

    def command(self):
        # The default of 64 MB a client, and time enough to write it. With the default of GOGC
        # it spends an eighth of its time on the collection of a small heap.
        settings = 'max_pending: 67108864\nwrite_deadline: "30s"\nmax_connections: 10000\n'
        return [program("nats-server"), "-a", "127.0.0.1", "-p", self.port[0], "-c",
                self.write("nats.conf", settings)]


class Redis(Server):
    codec = "redis"

    def command(self):
        return [program("redis-server"), "--bind", "127.0.0.1", "--port", self.port[0],
                "--save", "", "--appendonly", "no", "--dir", self.folder.name,
                "--client-output-buffer-limit", "pubsub", "64mb", "0", "0",
                "--latency-tracking", "no", "--slowlog-log-slower-than", "-1"]


class ZeroMQ(Server):
    codec = "zeromq"
    ports = 2

    def command(self):
        return [BUILD / "zmqproxy", *self.port]

    def client_options(self):
        return ["--subscribe-port", self.port[1]]


class Tickwire(Server):
    codec = "tickwire"
    settings = {}

    def command(self):
        configuration = {
            "engine": {"admin": self.path("engine.sock")},
            "plugins": [{"name": "feed", "type": "binary",
                         "config": {"listen": f"127.0.0.1:{self.port[0]}", **self.settings}}],
        }
        folder = os.environ.get("TICKWIRE_BIN", BENCHMARKS.parent / ".build" / "release")
        return [Path(folder) / "engined", "--config",
                self.write("plugins.json", json.dumps(configuration))]


class TickwireFlush(Tickwire):
    settings = {"flush": "1ms"}


class TickwireWeb(Tickwire):
    """Publishes go in by the binary feed, and out as JSON."""

    codec = "tickwire-web"
    ports = 2
    under_way = 2_000_000

    def command(self):
        configuration = {
            "engine": {"admin": self.path("engine.sock")},
            "plugins": [
                {"name": "feed", "type": "binary",
                 "config": {"listen": f"127.0.0.1:{self.port[0]}"}},
                {"name": "web", "type": "websocket",
                 "config": {"listen": f"127.0.0.1:{self.port[1]}", "flush": "0s"}},
            ],
        }
        folder = os.environ.get("TICKWIRE_BIN", BENCHMARKS.parent / ".build" / "release")
        return [Path(folder) / "engined", "--config",
                self.write("plugins.json", json.dumps(configuration))]

    def client_options(self):
        return ["--subscribe-port", self.port[1]]


class WebFloor(Server):
    codec = "web"
    under_way = 2_000_000

    def command(self):
        return [BUILD / "webfloor", self.port[0]]


class PythonWeb(Server):
    """A server of peers/web. Those that send a frame at a time gain nothing by more under way."""

    codec = "web"
    under_way = 40_000
    script = None

    def command(self):
        web = BENCHMARKS / "peers" / "web"
        return [web / "build" / "venv" / "bin" / "python", web / self.script, self.port[0]]


class FastAPI(PythonWeb):
    script = "fastapi_server.py"


class Websockets(PythonWeb):
    script = "websockets_server.py"


class Picows(PythonWeb):
    script = "picows_server.py"


class Socketify(PythonWeb):
    script = "socketify_server.py"
    under_way = 400_000


SERVERS = {"tickwire-web": TickwireWeb, "c-webfloor": WebFloor, "fastapi": FastAPI,
           "websockets": Websockets, "picows": Picows, "socketify": Socketify,
           "c-floor": Floor, "nats": Nats, "redis": Redis, "zeromq": ZeroMQ,
           "tickwire": Tickwire, "tickwire-flush1ms": TickwireFlush}
