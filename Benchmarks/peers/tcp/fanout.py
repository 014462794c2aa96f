#!/usr/bin/env python3
"""Starts a server on core 0, runs mdload against it on core 1, and prints mdload's line.

    ./fanout.py --system nats --workload W2 --fan 100 [--seconds 2] [--window N]

What it does not know itself goes to mdload as it is.
"""

import argparse
import json
import os
import re
import subprocess
import sys

from servers import BUILD, SERVERS, ServerError

SERVER_CORE, CLIENT_CORE = 0, 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--system", choices=SERVERS, required=True)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of the measured part")
    parser.add_argument("--pin", action="store_true", help="ignored: both sides always are")
    return parser.parse_known_args()


def measure(command, seconds):
    """mdload's result, or why there is none; it ends by itself unless a server stops serving."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              timeout=50 + 10 * seconds)
    except subprocess.TimeoutExpired:
        return {"error": "nothing is delivered any more"}
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if lines:
        return json.loads(lines[-1])
    return {"error": done.stderr.strip() or f"mdload ended with {done.returncode}"}


def window(server, words):
    """Messages under way, where they have to suit the number of subscribers each goes to."""
    if server.under_way is None or "--window" in words or "--fan" not in words:
        return []
    numbers = [int(n) for n in re.split("by|x", words[words.index("--fan") + 1])]
    subscribers, topics, each = (numbers + [1, 1])[:3]
    messages = min(65_536, max(16, server.under_way * topics // (subscribers * each)))
    return ["--window", messages, "--chunk", messages // 4]


def run(system, seconds, client_arguments):
    if os.cpu_count() < 2:
        raise ServerError("server and client need a core each, and this machine has one")
    with SERVERS[system](SERVER_CORE) as server:
        command = ["taskset", "-c", str(CLIENT_CORE), BUILD / "mdload",
                   "--system", server.codec, "--port", server.port[0],
                   "--pid", server.process.pid, "--seconds", seconds,
                   *server.client_options(), *window(server, client_arguments),
                   *client_arguments]
        result = measure(command, seconds)
        if "error" in result and server.process.poll() is not None:
            result["error"] += f"; the server has ended: {server.last_words()}"
        return result


def main():
    options, client_arguments = parse_arguments()
    try:
        result = run(options.system, options.seconds, client_arguments)
    except ServerError as error:
        result = {"error": str(error)}
    print(json.dumps(result))
    return 1 if "error" in result else 0


if __name__ == "__main__":
    sys.exit(main())
