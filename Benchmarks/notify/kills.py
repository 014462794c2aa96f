#!/usr/bin/env python3
"""Kills an engine again and again while its alerts go to a webhook, and proves that nothing is lost.

    Benchmarks/notify/kills.py                    # 500 kills
    Benchmarks/notify/kills.py --kills 20         # a short one
    Benchmarks/notify/kills.py --sink 8099 --got got.jsonl
                                                  # into a receiver that runs already and writes what it
                                                  # gets, one JSON object a line with headers and body

SIGKILL ends the engine at a random moment, a new one goes on with the same files. In the end no rule
fires any more, everything that waits is delivered, and then

  - every notification that the outbox has ever had was received at least once, and is settled as delivered;
  - a key of idempotency always came with the same notification, and each notification with one key;
  - first deliveries of a rule came in the order of their notifications.

Prints one line of JSON. Fails when anything differs.
"""

import argparse
import http.server
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Receiver(http.server.ThreadingHTTPServer):
    """A webhook that remembers everything, and fails now and then on purpose."""

    daemon_threads = True

    def __init__(self, seed):
        self.got, self.lock, self.chance = [], threading.Lock(), random.Random(seed)
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, address):
        pass  # A killed engine leaves connections half way.


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # Killed half way: nobody has received that.
        with self.server.lock:
            dice = self.server.chance.random()
            if dice >= 0.05:
                self.server.got.append((self.headers["Idempotency-Key"], body))
        self.send_response(503 if dice < 0.05 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def configuration(folder, port, interval):
    rules = [
        {"id": f"up-{number}", "when": f"change(*, 50ms) > 0.00{number}%", "notify": ["hook"]}
        for number in range(1, 5)
    ] + [{"id": "high", "when": "high(*, 200ms)", "notify": ["hook"], "group": "20ms"}]
    return {
        "engine": {"admin": os.path.join(folder, "engine.sock")},
        "plugins": [
            {"name": "log", "type": "journal", "config": {"folder": os.path.join(folder, "log")}},
            {"name": "sim", "type": "generator",
             "config": {"instruments": 5, "interval": interval, "seed": 1}},
            {"name": "alerts", "type": "alerts",
             "config": {"store": os.path.join(folder, "alerts.sqlite"), "rules": rules,
                        "flapping": {"firings": 0}}},
            {"name": "notify", "type": "notify",
             "config": {"store": os.path.join(folder, "notify.sqlite"), "channels": [
                 {"name": "hook", "retry": "5ms", "retry_max": "50ms", "concurrency": 8,
                  "webhook": {"url": f"http://127.0.0.1:{port}/hook", "secret": "only-a-test"}}]}},
        ],
    }  # fmt: skip


def start(engined, file, log):
    return subprocess.Popen([engined, "--config", file], stdout=log, stderr=log)


def rows(folder):
    with sqlite3.connect(os.path.join(folder, "alerts.sqlite"), timeout=10) as store:
        return store.execute(
            "SELECT rule, instrument, generation, number, status FROM outbox ORDER BY id"
        ).fetchall()


def waiting(folder):
    with sqlite3.connect(os.path.join(folder, "alerts.sqlite"), timeout=10) as store:
        return store.execute("SELECT count(*) FROM outbox WHERE status = 'pending'").fetchone()[0]


def judge(kept, got):
    """What is wrong, in words."""
    faults, content, first = [], {}, {}
    for place, (key, body) in enumerate(got):
        try:
            notices = [notice["key"] for notice in json.loads(body)["notifications"]]
        except ValueError:
            continue  # Killed half way: a receiver that does not count bytes may write that down.
        if content.setdefault(key, notices) != notices:
            faults.append(f"{key} came with {notices} and with {content[key]}")
        for notice in notices:
            first.setdefault(notice, place)
            if key != f"{notice}@hook":
                faults.append(f"{notice} came under {key}")
    last = {}
    for rule, instrument, generation, number, status in kept:
        key = f"{rule}/{instrument}/{generation}/{number}"
        if status != "delivered":
            faults.append(f"{key} is {status}")
        if key not in first:
            faults.append(f"{key} was never received")
            continue
        if first[key] < last.get(rule, -1):
            faults.append(f"{key} came before one of its rule that was first")
        last[rule] = first[key]
    return faults, len(got) - len(first)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sink", type=int, help="the port of a receiver that runs already")
    parser.add_argument("--got", help="the file that it writes")
    parser.add_argument("--drain", type=float, default=120, help="seconds for what waits in the end")
    parser.add_argument("--engined", default=os.path.join(REPOSITORY, ".build/release/engined"))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    receiver = None if options.sink else Receiver(options.seed)
    port = options.sink or receiver.server_address[1]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "plugins.json")
        with open(file, "w") as out:
            json.dump(configuration(folder, port, "1ms"), out)
        with open(os.path.join(folder, "engined.log"), "w+") as log:
            for _ in range(options.kills):
                engine = start(options.engined, file, log)
                time.sleep(chance.uniform(0.15, 0.6))
                if engine.poll() is not None:
                    log.seek(0)
                    sys.exit(f"the engine ended by itself:\n{log.read()[-3000:]}")
                engine.send_signal(signal.SIGKILL)
                engine.wait()
            # A feed that stands still: nothing fires, and all that waits goes out.
            with open(file, "w") as out:
                json.dump(configuration(folder, port, "1h"), out)
            engine = start(options.engined, file, log)
            deadline = time.monotonic() + options.drain
            time.sleep(2)
            while waiting(folder) and time.monotonic() < deadline:
                time.sleep(0.1)
            engine.terminate()
            engine.wait(60)
        if receiver:
            got = receiver.got
        else:
            with open(options.got) as lines:
                events = [json.loads(line) for line in lines]
            got = [(event["headers"]["Idempotency-Key"], event["body"]) for event in events
                   if event["kind"] == "http"]  # fmt: skip
        kept = rows(folder)
        faults, repeated = judge(kept, got)
    print(json.dumps({
        "kills": options.kills, "notifications": len(kept), "received": len(got),
        "repeated": repeated, "faults": len(faults), "seconds": round(time.monotonic() - began),
    }))  # fmt: skip
    if faults or len(kept) < options.kills:
        sys.exit("\n".join(faults[:20]) or "hardly anything fired")


if __name__ == "__main__":
    main()
