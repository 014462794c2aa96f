#!/usr/bin/env python3
"""What badly behaved clients do to the others: 900 that each have 10 of 1,000 instruments, beside 100
that are slow, stalled, vanishing, hostile or idle within a request (rabble.c), and beside 100 that
read everything as fast as it comes.

    Benchmarks/web/rabble.py [--rounds 3] [--seconds 8] [--manners hostile]

Both are measured in turn against the same engine. --manners lets only one of the five kinds misbehave,
to find out which one costs the others something. Prints one line of JSON: the 99th percentile of the
age of events at the 900 with and without the rabble and the median of the ratios of the rounds. Fails
when that is above --bar, when one of the 900 loses an event, or when the engine's memory has grown by
more than --memory MiB from the first round with the rabble to the last.
"""

import argparse
import json
import statistics
import sys

from engine import WebEngine, allow_descriptors, client, result_of

SERVER_CORE, CLIENT_CORE = 0, 1


def measure(engine, manners, options):
    """The 900 beside the others, who are there from before the first to after the last of them."""
    others = client(engine, "rabble", ["--clients", options.others, "--manners", manners,
                                       "--seconds", options.seconds + 6], core=CLIENT_CORE)
    crowd = client(engine, "crowd", ["--clients", options.clients, "--each", 10, "--of", 1000,
                                     "--seconds", options.seconds, "--warm-up", 2],
                   core=CLIENT_CORE)
    result = result_of(crowd, 120 + options.seconds)
    result["others"] = result_of(others, 60 + options.seconds)
    result["anonymous_mib"] = engine.anonymous_kib() / 1024
    return result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=900)
    parser.add_argument("--others", type=int, default=100)
    parser.add_argument("--rate", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--manners", default="bad",
                        choices=["bad", "slow", "stalled", "vanishing", "hostile", "idle"])
    parser.add_argument("--bar", type=float, default=1.1, help="of the 99th percentiles")
    parser.add_argument("--memory", type=float, default=64, help="MiB")
    options = parser.parse_args()
    allow_descriptors(options.clients + 2 * options.others + 512)
    generator = {"instruments": 1000, "rate": options.rate}
    rounds = []
    with WebEngine(generator, {"request": "2s"}, core=SERVER_CORE) as engine:
        for number in range(options.rounds):
            order = ["good", "bad"] if number % 2 == 0 else ["bad", "good"]
            manners = {"good": "good", "bad": options.manners}
            rounds.append({key: measure(engine, manners[key], options) for key in order})
            print(json.dumps(rounds[-1]), file=sys.stderr)
    results = [result for one in rounds for result in one.values()]
    errors = [r["error"] for r in results + [r["others"] for r in results] if "error" in r]
    if errors:
        print(json.dumps({"error": errors[0], "ok": False}))
        return 1
    lost = sum(r["clients_with_loss"] + r["gaps"] + r["disorder"] for r in results)
    ratio = statistics.median(one["bad"]["p99_ms"] / one["good"]["p99_ms"] for one in rounds)
    grown = rounds[-1]["bad"]["anonymous_mib"] - rounds[0]["bad"]["anonymous_mib"]
    print(json.dumps({
        "p99_ms_without": [one["good"]["p99_ms"] for one in rounds],
        "p99_ms_with": [one["bad"]["p99_ms"] for one in rounds], "ratio": round(ratio, 3),
        "lost": lost, "anonymous_mib": [round(r["anonymous_mib"], 1) for r in results],
        "grown_mib": round(grown, 1),
        "ok": ratio <= options.bar and lost == 0 and grown <= options.memory,
    }))  # fmt: skip
    return 0 if ratio <= options.bar and lost == 0 and grown <= options.memory else 1


if __name__ == "__main__":
    sys.exit(main())
