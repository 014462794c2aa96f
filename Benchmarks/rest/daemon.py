"""A real engined in a folder of its own, for the scripts beside this file."""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SHARED = REPOSITORY.parent / "shared"


def program(name):
    """engined or enginectl: from TICKWIRE_BIN, else bin/ of this repository."""
    path = Path(os.environ.get("TICKWIRE_BIN") or REPOSITORY / "bin") / name
    if not path.exists():
        sys.exit(f"no {name} at {path}: run make build first, or set TICKWIRE_BIN to its folder")
    return path.resolve()


def shared(path):
    """A folder beside the repository that is not part of it; ends the script where it is not."""
    found = SHARED / path
    if not found.exists():
        print(f"skipped: there is no {found}")
        sys.exit(0)
    return found


class Daemon:
    """A running engined. `plugins` may have {folder} in their settings."""

    def __init__(self, plugins, instruments=(), folder=None):
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="tickwire-rest-")
        self.folder = Path(folder or self._temporary.name)
        text = json.dumps({
            "engine": {"admin": str(self.folder / "e.sock")},
            "instruments": [{"symbol": symbol} for symbol in instruments], "plugins": plugins})
        (self.folder / "plugins.json").write_text(text.replace("{folder}", str(self.folder)))
        self.log = self.folder / "engined.log"
        self.process = subprocess.Popen(
            [program("engined"), "--config", self.folder / "plugins.json"],
            stdout=self.log.open("wb"), stderr=subprocess.STDOUT)
        wanted = sum(
            1 + len(p["config"].get("listeners", [])) for p in plugins if p["type"] == "websocket")
        self.addresses = []
        end = time.monotonic() + 120
        while len(self.addresses) < wanted or not (self.folder / "e.sock").exists():
            self.check()
            if time.monotonic() > end:
                sys.exit(f"engined does not listen:\n{self.log.read_text()}")
            time.sleep(0.05)
            self.addresses = re.findall(r"listening.*?address=(\S+)", self.log.read_text())
        self.address = self.addresses[0] if self.addresses else None

    def check(self):
        if self.process.poll() is not None:
            sys.exit(f"engined ended:\n{self.log.read_text()}")

    def connect(self, seconds=120):
        host, port = self.address.split(":")
        return http.client.HTTPConnection(host, int(port), timeout=seconds)

    def ask(self, method, target, body=None, kind="application/json"):
        """Status and body of one request."""
        connection = self.connect()
        try:
            headers = {} if body is None else {"Content-Type": kind}
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, target):
        status, body = self.ask("GET", target)
        if status != 200:
            raise RuntimeError(f"{target}: {status} {body[:200]}")
        return json.loads(body)

    def control(self, *words, **options):
        """What enginectl says."""
        return subprocess.run(
            [program("enginectl"), *map(str, words), "--socket", self.folder / "e.sock"],
            check=True, stdout=subprocess.PIPE, **options).stdout

    def history(self):
        return json.loads(self.control("command", "history", "status", "--json"))

    def settle(self):
        """Until the history has stored, and made good, all that there is."""
        while True:
            status = self.history()
            status = status.get("reply", status)
            if not (status["waiting"] or status["is_mending"] or status["is_catching_up"]):
                return status
            self.check()
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
