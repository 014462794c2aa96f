"""A real engined with a binary feed in a folder of its own, for the scripts beside this file, and a client
that follows it until it is killed."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(REPOSITORY, "clients", "python"))

import tickwire  # noqa: E402


def engined():
    """The program: TICKWIRE_ENGINED, else bin/engined of this repository."""
    path = os.environ.get("TICKWIRE_ENGINED") or os.path.join(REPOSITORY, "bin", "engined")
    if not os.path.exists(path):
        sys.exit(f"no engined at {path}: run make build first, or set TICKWIRE_ENGINED")
    return os.path.abspath(path)


def allow_descriptors(wanted):
    """Lets this process and its children have so many sockets; how many they may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)


class Daemon:
    """A running engined. `feed` are settings of its binary frontend, `plugins` run beside it."""

    def __init__(self, feed=None, plugins=(), engine=None):
        self._folder = tempfile.TemporaryDirectory(prefix="tickwire-feed-")
        folder = self._folder.name
        configuration = {
            "engine": {"admin": os.path.join(folder, "e.sock"), **(engine or {})},
            "plugins": [
                *plugins,
                {
                    "name": "feed",
                    "type": "binary",
                    "config": {"listen": "127.0.0.1:0", **(feed or {})},
                },
            ],
        }
        path = os.path.join(folder, "plugins.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(configuration, file)
        # A file and no thread: whoever uses this may fork.
        self._log = os.path.join(folder, "log")
        with open(self._log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [engined(), "--config", path], cwd=folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
        self.address = self._wait_for_address(30)

    def _wait_for_address(self, seconds):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and self.process.poll() is None:
            log = self.log()
            match = re.search(r"listening.*?(127\.0\.0\.1:[1-9]\d*)", log)
            if match and "engine ready" in log:
                return match.group(1)
            time.sleep(0.02)
        log = self.log()
        self.stop()
        sys.exit(f"engined does not say where it listens:\n{log}")

    def log(self):
        with open(self._log, encoding="utf-8") as log:
            return log.read()

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def everything(client, proof):
    """A subscription to everything behind what the proof has seen."""
    subscription = client.subscribe(
        ">", start=proof.position, policy="drop-oldest", heartbeats=True)
    proof.begin(subscription.wait_for_answer())
    return subscription


def follow(daemon, proof, seconds):
    """Takes what comes for so long, then kills the engine and takes what is still on its way."""
    ends = time.monotonic() + seconds
    with tickwire.connect(daemon.address, reconnect=False) as client:
        subscription = everything(client, proof)
        try:
            for batch in subscription.batches():
                proof.take(batch)
                if time.monotonic() >= ends:
                    daemon.process.kill()
                    ends = float("inf")
        except tickwire.TickwireError:
            pass
    daemon.process.kill()
    daemon.process.wait()
