#!/usr/bin/env python3
"""Measures a real engined from outside: replay, throughput, a quiet engine, slow readers.

Starts the release binaries of this checkout (make build), one deployment after the other, on a
socket in a temporary folder, and prints one line a figure. Standard library only.

  measure.py replay --file TICKS.csv.gz --rows N   rows a second from a file to a lossless reader
  measure.py throughput                            1 -> 1, 1 -> 3 and 3 -> 1 with real plugins
  measure.py quiet                                 CPU and memory with the generator stopped; start
  measure.py policies                              100,000 instruments, four policies, one paused
  measure.py gate                                  a client with and without a journal before it
"""
import argparse
import atexit
import json
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("TICKWIRE_BIN", os.path.join(ROOT, ".build", "release"))


class Engine:
    """A running engined with its own folder."""

    def __init__(self, configuration, cpu=None):
        self.folder = tempfile.mkdtemp(prefix="tickwire-")
        self.socket = os.path.join(self.folder, "e.sock")
        configuration.setdefault("engine", {})["admin"] = self.socket
        path = os.path.join(self.folder, "plugins.json")
        with open(path, "w") as file:
            json.dump(configuration, file)
        pin = ["taskset", "-c", str(cpu)] if cpu is not None else []
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            pin + [os.path.join(BIN, "engined"), "--config", path],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.lines = []
        atexit.register(self.kill)

    def kill(self):
        """However the script ends, nothing of it goes on."""
        if self.process.poll() is None:
            self.process.kill()

    def wait_for(self, text, seconds=60):
        """Reads the log until a line holds the text; returns it."""
        end = time.monotonic() + seconds
        for line in self.process.stderr:
            self.lines.append(line)
            if text in line:
                return line
            if time.monotonic() > end:
                break
        raise SystemExit(f"no line with {text!r}; the log:\n{''.join(self.lines[-20:])}")

    def control(self, *arguments, patience=30):
        """Runs enginectl with --json; its answer, for which it waits so many seconds."""
        command = [os.path.join(BIN, "enginectl"), *arguments, "--json", "--socket", self.socket]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=patience)
        if answer.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {answer.stderr}")
        return json.loads(answer.stdout)

    def memory(self):
        """Resident bytes: all, and those that are the engine's own."""
        with open(f"/proc/{self.process.pid}/status") as file:
            status = file.read()
        kib = {key: int(value) for key, value in re.findall(r"(VmRSS|RssAnon):\s+(\d+)", status)}
        return kib["VmRSS"] * 1024, kib["RssAnon"] * 1024

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.lines += self.process.stderr.read().splitlines(keepends=True)
        return self.process.wait(timeout=60)


def probe(name, subjects=("trade.>", "quote.>"), **config):
    return {"name": name, "type": "probe", "lane": config.pop("lane", None) or name,
            "config": {"subjects": list(subjects), **config}}


def generator(name, limit, **config):
    return {"name": name, "type": "generator", "lane": config.pop("lane", None) or name,
            "config": {"model": "random-walk", "interval": "max", "sizes": False,
                       "limit": limit, "seed": 1, **config}}


def field(line, name):
    return float(re.search(rf"\b{name}=([0-9.e+-]+)", line).group(1))


def replay(options):
    """One lane on one processor: decompress, parse, publish, deliver."""
    rates = []
    for _ in range(options.rounds):
        engine = Engine({
            "engine": {"lanes": 1},
            "plugins": [
                {"name": "file", "type": "replay",
                 "config": {"files": [os.path.abspath(options.file)], "speed": "max"}},
                {"name": "count", "type": "probe",
                 "config": {"subjects": ["trade.>", "quote.>"], "expect": options.rows}}]}, cpu=0)
        line = engine.wait_for("expected events have arrived")
        rates.append(field(line, "rate"))
        stats = engine.control("command", "count", "stats")["reply"]
        assert stats["events"] == options.rows, stats
        assert stats["out_of_order"] == 0 and stats["lost"] == 0, stats
        assert engine.stop() == 0
    print(f"replay: {options.rows} events exactly, {statistics.median(rates):,.0f} rows/s "
          f"({min(rates):,.0f} to {max(rates):,.0f}) on one core, {options.rounds} rounds")


def throughput(options):
    cases = {"1 -> 1": (1, 1), "1 -> 3": (1, 3), "3 -> 1": (3, 1)}
    for title, (sources, readers) in cases.items():
        for layout in ("own lanes", "one lane"):
            rates = []
            for _ in range(options.rounds):
                lane = "all" if layout == "one lane" else None
                plugins = [generator(f"s{i}", options.events // sources, lane=lane)
                           for i in range(sources)]
                plugins += [probe(f"r{i}", lane=lane, expect=options.events // sources * sources)
                            for i in range(readers)]
                engine = Engine({"engine": {"lanes": 8}, "plugins": plugins})
                lines = [engine.wait_for("expected events have arrived") for _ in range(readers)]
                # The last reader ends the run.
                rates.append(min(field(line, "rate") for line in lines))
                for i in range(readers):
                    stats = engine.control("command", f"r{i}", "stats")["reply"]
                    assert stats["lost"] == 0 and stats["out_of_order"] == 0, stats
                assert engine.stop() == 0
            print(f"throughput {title}, {layout}: {statistics.median(rates) / 1e6:.2f} M events/s "
                  f"({min(rates) / 1e6:.2f} to {max(rates) / 1e6:.2f})", flush=True)


def quiet(options):
    with open(os.path.join(ROOT, "plugins.json")) as file:
        configuration = json.load(file)
    configuration.pop("$schema", None)
    starts = []
    for _ in range(options.rounds):
        engine = Engine(dict(configuration))
        engine.wait_for("engine ready")
        starts.append((time.monotonic() - engine.began) * 1000)
        assert engine.stop() == 0
    engine = Engine(dict(configuration))
    engine.wait_for("engine ready")
    engine.control("stop", "sim")
    time.sleep(1)
    before, began = engine.cpu_seconds(), time.monotonic()
    time.sleep(options.seconds)
    share = (engine.cpu_seconds() - before) / (time.monotonic() - began)
    resident, own = engine.memory()
    assert engine.stop() == 0
    print(f"quiet: {share:.2%} of a core over {options.seconds} s, "
          f"{resident / 2**20:.1f} MiB resident ({own / 2**20:.1f} MiB of its own)")
    print(f"start: {statistics.median(starts):.1f} ms to ready "
          f"({min(starts):.1f} to {max(starts):.1f}), {options.rounds} rounds")


def policies(options):
    names = ["lossless", "drop-oldest", "conflate", "disconnect"]
    engine = Engine({
        "engine": {"lanes": 8},
        "plugins": [
            {"name": "sim", "type": "generator",
             "config": {"model": "random-walk", "instruments": 100_000, "interval": "max",
                        "emit": "both", "sizes": False, "seed": 1}},
            *[probe(name, policy=name) for name in names],
            probe("paused", policy="drop-oldest")]})
    engine.wait_for("engine ready")
    time.sleep(2)
    memory = [engine.memory()[0]]
    engine.control("pause", "paused")
    before = engine.control("command", "paused", "stats")["reply"]
    for _ in range(options.seconds):
        time.sleep(1)
        memory.append(engine.memory()[0])
    engine.control("resume", "paused")
    time.sleep(1)
    engine.control("stop", "sim")
    time.sleep(1)
    figures = {name: engine.control("command", name, "stats")["reply"]
               for name in names + ["paused"] if name != "disconnect"}
    rows = {plugin["name"]: plugin for plugin in engine.control("list")["plugins"]}
    for name, stats in figures.items():
        row = rows[name]
        print(f"{name}: {stats['events']:,} events, {stats['gaps']} gaps of {stats['lost']:,}, "
              f"merged {row['conflated']:,}, out of order {stats['out_of_order']}")
    lossless, paused = figures["lossless"], figures["paused"]
    assert lossless["gaps"] == 0 and lossless["events"] > 0, lossless
    # Everything on the bus but what it did not ask for was seen or is told as lost.
    assert paused["lost"] > 0 and paused["gaps"] >= 1, paused
    assert paused["last"] >= before["last"] + paused["lost"] - before["lost"], (before, paused)
    for name in ("drop-oldest", "paused"):
        assert figures[name]["out_of_order"] == 0, figures[name]
    series = " ".join(f"{size / 2**20:.0f}" for size in memory)
    print(f"memory, MiB, a second each from before the pause on: {series}")
    assert engine.stop() == 0


def gate(options):
    """One client behind a journal, and without one, in turn: as fast as it goes, and how late."""
    def run(has_journal, rate):
        with tempfile.TemporaryDirectory(prefix="tickwire-gate-", dir=options.folder) as folder:
            journal = {"name": "journal", "type": "journal", "lane": "journal",
                       "config": {"folder": os.path.join(folder, "journal")}}
            source = {"interval": "max"} if rate is None else {"rate": rate}
            engine = Engine({
                "engine": {"lanes": 8},
                "plugins": [
                    *([journal] if has_journal else []),
                    {"name": "sim", "type": "generator", "lane": "sim",
                     "config": {"model": "random-walk", "instruments": 100, "seed": 1, **source}},
                    {"name": "feed", "type": "binary",
                     "config": {"listen": "127.0.0.1:0", "lossless": True}}]})
            address = re.search(r"address=\"?(127\.0\.0\.1:\d+)", engine.wait_for("listening"))[1]
            engine.wait_for("engine ready")
            reply = engine.control(
                "bench", "--address", address, "--publishers", "0", "--subscribers", "1",
                "--policy", "lossless", "--duration", f"{options.seconds}s")
            assert engine.stop() == 0
            return reply

    for title, rate in (("as fast as it goes", None), ("20,000 a second", 20_000)):
        replies = {True: [], False: []}
        for _ in range(options.rounds):
            for has_journal in (False, True):
                replies[has_journal].append(run(has_journal, rate))
        def median(has_journal, *path):
            values = []
            for reply in replies[has_journal]:
                for name in path:
                    reply = reply[name]
                values.append(reply)
            return statistics.median(values)
        rates = [median(way, "received", "per_second") for way in (False, True)]
        print(f"gate, {title}: {rates[0]:,.0f} events/s without, {rates[1]:,.0f} with a journal, "
              f"{rates[1] / rates[0]:.2f}")
        for share in ("p50", "p99"):
            late = [median(way, "latency_ns", share) / 1000 for way in (False, True)]
            print(f"  {share}: {late[0]:,.0f} us without, {late[1]:,.0f} us with")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("replay")
    one.add_argument("--file", required=True)
    one.add_argument("--rows", type=int, required=True)
    one.set_defaults(run=replay)
    one = commands.add_parser("throughput")
    one.add_argument("--events", type=int, default=15_000_000)
    one.set_defaults(run=throughput)
    one = commands.add_parser("quiet")
    one.add_argument("--seconds", type=int, default=20)
    one.set_defaults(run=quiet)
    one = commands.add_parser("policies")
    one.add_argument("--seconds", type=int, default=10)
    one.set_defaults(run=policies)
    one = commands.add_parser("gate")
    one.add_argument("--seconds", type=int, default=5)
    one.add_argument("--folder", help="where the journal is, such as a real disk")
    one.set_defaults(run=gate)
    for command in commands.choices.values():
        command.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if not os.path.exists(os.path.join(BIN, "engined")):
        sys.exit(f"no engined in {BIN}: run make build first, or set TICKWIRE_BIN")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    options.run(options)


if __name__ == "__main__":
    main()
