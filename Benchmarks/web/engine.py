"""A real engined with a web frontend and a generator in a folder of its own, and the C programs of
this folder, for the scripts beside this file."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent


def engined():
    """The program: TICKWIRE_ENGINED, else bin/engined of this repository."""
    path = Path(os.environ.get("TICKWIRE_ENGINED") or REPOSITORY / "bin" / "engined")
    if not path.exists():
        sys.exit(f"no engined at {path}: run make build first, or set TICKWIRE_ENGINED")
    return path.resolve()


def built(name):
    """A C program of this folder, compiled when its source is newer."""
    source, program = HERE / f"{name}.c", HERE / "build" / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        program.parent.mkdir(exist_ok=True)
        subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O3", "-march=native", "-Wall",
                        "-Wextra", "-Werror", "-o", program, source], check=True)
    return program


def allow_descriptors(wanted):
    """Lets this process and its children have so many sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(f"{wanted} sockets are needed, and {hard} allowed: see ulimit -Hn")
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def on_core(core, command):
    words = [str(word) for word in command]
    return words if core is None else ["taskset", "-c", str(core), *words]


class WebEngine:
    """A running engined. `web` are settings of its web frontend, `generator` of what it publishes."""

    def __init__(self, generator, web=None, core=None):
        self._folder = tempfile.TemporaryDirectory(prefix="tickwire-web-")
        folder = Path(self._folder.name)
        limits = {"connections": 100_000, "connections_per_address": 100_000}
        configuration = {
            "engine": {"admin": str(folder / "e.sock")},
            "plugins": [
                {"name": "sim", "type": "generator", "config": {"seed": 42, **generator}},
                {"name": "web", "type": "websocket",
                 "config": {"listen": "127.0.0.1:0", **limits, **(web or {})}},
            ],
        }
        (folder / "plugins.json").write_text(json.dumps(configuration))
        self._log = folder / "log"
        with open(self._log, "w") as log:
            self.process = subprocess.Popen(
                on_core(core, [engined(), "--config", folder / "plugins.json"]), cwd=folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        self.port = self._wait_for_port(30)

    def _wait_for_port(self, seconds):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and self.process.poll() is None:
            log = self.log()
            match = re.search(r"listening.*?127\.0\.0\.1:([1-9]\d*)", log)
            if match and "engine ready" in log:
                return int(match.group(1))
            time.sleep(0.02)
        log = self.log()
        self.stop()
        sys.exit(f"engined does not say where it listens:\n{log}")

    def log(self):
        return self._log.read_text()

    def anonymous_kib(self):
        """Memory that is the process's own and in RAM."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
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


def client(engine, name, options, core=None):
    """Starts one of the C programs against an engine."""
    command = [built(name), "--port", engine.port, "--pid", engine.process.pid, *options]
    return subprocess.Popen(on_core(core, command), stdout=subprocess.PIPE, text=True)


def result_of(process, seconds):
    """What a C program has printed last."""
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return {"error": "timed out"}
    lines = [line for line in out.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else {"error": f"ended with {process.returncode}"}
