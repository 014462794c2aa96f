#!/usr/bin/env python3
"""Starts a server on core 0, runs mdload against it on core 1, and prints mdload's line.

    ./fanout.py --system nats --workload W2 --fan 100 [--seconds 2] [--window N]

What it does not know itself goes to mdload as it is.
"""

import argparse
import json
import os
import subprocess
import sys

from servers import BUILD, SERVERS, ServerError

SERVER_CORE, CLIENT_CORE = 0, 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--system", choices=SERVERS, required=True)
    parser.add_argument("--pin", action="store_true", help="ignored: both sides always are")
    return parser.parse_known_args()


def run(system, client_arguments):
    if os.cpu_count() < 2:
        raise ServerError("server and client need a core each, and this machine has one")
    with SERVERS[system](SERVER_CORE) as server:
        command = ["taskset", "-c", str(CLIENT_CORE), BUILD / "mdload",
                   "--system", server.codec, "--port", server.port[0],
                   "--pid", server.process.pid, *server.client_options(), *client_arguments]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        result = json.loads(lines[-1]) if lines else {
            "error": done.stderr.strip() or f"mdload ended with {done.returncode}"
        }
        if "error" in result and server.process.poll() is not None:
            result["error"] += f"; the server has ended: {server.last_words()}"
        return result


def main():
    options, client_arguments = parse_arguments()
    try:
        result = run(options.system, client_arguments)
    except ServerError as error:
        result = {"error": str(error)}
    print(json.dumps(result))
    return 1 if "error" in result else 0


if __name__ == "__main__":
    sys.exit(main())
