"""An engine of a script's own, in a folder of its own, that is told what to do by enginectl."""

import json
import os
import subprocess
import sys
import tempfile
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class World:
    def __init__(self, channels, rules=(), binaries=None, environment=None, instruments=3,
                 interval="5ms"):  # fmt: skip
        self.binaries = binaries or os.path.join(REPOSITORY, ".build/release")
        self.folder = tempfile.TemporaryDirectory()
        self.environment = dict(os.environ, **(environment or {}))
        self.log = open(self.path("engined.log"), "w+")
        with open(self.path("plugins.json"), "w") as file:
            json.dump({
                "engine": {"admin": self.path("engine.sock")},
                "plugins": [
                    {"name": "probe", "type": "probe"},
                    {"name": "sim", "type": "generator",
                     "config": {"instruments": instruments, "interval": interval, "seed": 1}},
                    {"name": "alerts", "type": "alerts",
                     "config": {"store": self.path("alerts.sqlite"), "rules": list(rules)}},
                    {"name": "notify", "type": "notify",
                     "config": {"store": self.path("notify.sqlite"), "channels": channels}},
                ],
            }, file)  # fmt: skip
        self.engine = subprocess.Popen(
            [os.path.join(self.binaries, "engined"), "--config", self.path("plugins.json")],
            stdout=self.log, stderr=self.log, env=self.environment)  # fmt: skip
        self.wait("the engine", lambda: self.control("list")[0] == 0)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def control(self, *words):
        """Exit code and output of enginectl."""
        run = subprocess.run(
            [os.path.join(self.binaries, "enginectl"), *words, "--socket", self.path("engine.sock")],
            capture_output=True, text=True, timeout=90)  # fmt: skip
        return run.returncode, run.stdout + run.stderr

    def wait(self, what, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            if self.engine.poll() is not None or time.monotonic() > deadline:
                self.log.seek(0)
                sys.exit(f"{what} did not come about:\n{self.log.read()[-3000:]}")
            time.sleep(0.1)

    def close(self):
        self.engine.terminate()
        self.engine.wait(30)
        self.log.close()
        self.folder.cleanup()
