#!/usr/bin/env python3
"""10,000 WebSocket clients at once: what they cost when idle, and whether all of them are served.

    Benchmarks/web/crowd.py idle     # memory of a connection that is subscribed and hears nothing
    Benchmarks/web/crowd.py load     # 10 of 1,000 instruments each, 2,000 events/s

Each prints one line of JSON and fails when its bar is not met. Memory is what the daemon has of its
own in RAM (RssAnon) with the clients less what it had before the first one. Under load nothing may be
lost (crowd.c says how that is known), and the 99th percentile of the age of events, from the time in
the record to when they were read, is compared with --p99 milliseconds.
"""

import argparse
import json
import select
import sys
import time

from engine import WebEngine, allow_descriptors, client, result_of

SERVER_CORE, CLIENT_CORE = 0, 1


def crowd_options(options):
    return ["--clients", options.clients, "--each", options.each, "--of", options.instruments]


def idle(options):
    """Clients come, and then nothing happens."""
    generator = {"instruments": options.instruments, "interval": "1d"}
    with WebEngine(generator, {"flush": options.flush}) as engine:
        # What the server touches once, however many there are.
        few = client(engine, "crowd", ["--clients", 16, "--each", options.each, "--of",
                                       options.instruments, "--idle", 1])
        result_of(few, 30)
        before = engine.anonymous_kib()
        process = client(engine, "crowd", [*crowd_options(options), "--idle", 60 + options.seconds])
        ready, _, _ = select.select([process.stdout], [], [], 150)
        joined = json.loads(process.stdout.readline()) if ready else {"error": "nobody came"}
        if "error" in joined:
            return joined
        opened, cpu = engine.anonymous_kib(), engine.cpu_seconds()
        time.sleep(options.seconds)
        after, used = engine.anonymous_kib(), engine.cpu_seconds() - cpu
        process.kill()
        process.wait()
    each = (after - before) * 1024 / options.clients
    return {"clients": options.clients, "rss_anon_before_kib": before, "opened_kib": opened,
            "after_kib": after, "bytes_per_connection": round(each), "limit": options.limit,
            "joined_s": joined["joined_s"], "cpu_percent": round(100 * used / options.seconds, 1),
            "ok": each <= options.limit}


def load(options):
    """Clients come, and events flow all the time."""
    generator = {"instruments": options.instruments, "rate": options.rate}
    with WebEngine(generator, {"flush": options.flush}, core=SERVER_CORE) as engine:
        process = client(engine, "crowd", [*crowd_options(options), "--seconds", options.seconds,
                                           "--warm-up", options.warm_up], core=CLIENT_CORE)
        result = result_of(process, 240 + options.seconds)
    if "error" not in result:
        lost = result["clients_with_loss"] or result["gaps"] or result["disorder"]
        result["ok"] = not lost and result["p99_ms"] <= options.p99
    return result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["idle", "load"])
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=10, help="instruments of a client")
    parser.add_argument("--instruments", type=int, default=1_000)
    parser.add_argument("--rate", type=int, default=2_000, help="events a second of all together")
    parser.add_argument("--flush", default="20ms")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=3)
    parser.add_argument("--limit", type=int, default=10_240, help="bytes an idle client may cost")
    parser.add_argument("--p99", type=float, default=60, help="milliseconds")
    options = parser.parse_args()
    allow_descriptors(options.clients + 512)
    result = idle(options) if options.what == "idle" else load(options)
    print(json.dumps(result))
    return 0 if result.get("ok") else 1


if __name__ == "__main__":
    sys.exit(main())
