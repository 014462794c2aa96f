"""A real `engined`: TICKWIRE_ENGINED names the program."""

import json
import os
import re
import signal
import subprocess
import threading

ENGINED = os.environ.get("TICKWIRE_ENGINED", "")

SIM = {
    "name": "sim", "type": "generator",
    "config": {"model": "gbm", "instruments": 3, "interval": "5ms", "seed": 42},
}  # fmt: skip
FEED = {"name": "feed", "type": "binary", "config": {"listen": "127.0.0.1:0"}}


class Daemon:
    """An engined on a port of its own. `start` runs it again in the same folder."""

    def __init__(self, folder, plugins):
        self.folder = folder
        self.config = os.path.join(folder, "plugins.json")
        with open(self.config, "w", encoding="utf-8") as file:
            admin = os.path.join(folder, "e.sock")
            json.dump({"engine": {"admin": admin}, "plugins": plugins}, file)
        self.start()

    def start(self):
        self.lines = []
        self.address = None
        self.found = threading.Event()
        self.process = subprocess.Popen(
            [ENGINED, "--config", self.config], cwd=self.folder, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        if not self.found.wait(20) or self.address is None:
            self.stop()
            raise AssertionError("engined does not say where it listens:\n" + "".join(self.lines))

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            match = re.search(r"listening.*?(127\.0\.0\.1:[1-9]\d*)", line)
            if match and not self.found.is_set():
                self.address = match.group(1)
                self.found.set()
        self.found.set()

    def stop(self, number=signal.SIGTERM):
        if self.process.stdout.closed:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(5)
        self.process.stdout.close()
