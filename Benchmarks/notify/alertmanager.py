#!/usr/bin/env python3
"""Tells a real Alertmanager what fires, and that it is over.

    apt-get install prometheus-alertmanager
    Benchmarks/notify/alertmanager.py

Rules of a simulated feed fire at once; the Alertmanager shows them by their labels, and goes on showing
them for longer than it was told, as they are told again. Then the feed's rules are removed, and they end.

Prints one line of JSON. Fails when anything differs.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from world import World


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--binaries")
    parser.add_argument("--alertmanager", default="prometheus-alertmanager")
    options = parser.parse_args()
    port, faults = free_port(), []
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "am.yml"), "w") as file:
            file.write("route: {receiver: none}\nreceivers: [{name: none}]\n")
        manager = subprocess.Popen(
            [options.alertmanager, f"--config.file={folder}/am.yml", f"--storage.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip

        def shown():
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/alerts", timeout=5) as answer:
                    return json.load(answer)
            except OSError:
                return None

        rules = [
            {"id": "there", "when": "price(*) > 0", "notify": ["am"], "notify_resolved": True,
             "severity": "critical", "message": "{symbol} is at {value}"},
        ]  # fmt: skip
        channel = {"name": "am", "retry": "50ms", "retry_max": "200ms", "alertmanager": {
            "url": f"http://127.0.0.1:{port}", "resend": "1s", "labels": {"desk": "fx"}}}  # fmt: skip
        world = World([channel], rules, options.binaries)
        try:
            world.wait("three alerts", lambda: len(shown() or []) == 3)
            for alert in shown():
                labels = alert["labels"]
                if labels["alertname"] != "there" or labels["severity"] != "critical":
                    faults.append(f"labels {labels}")
                if labels.get("desk") != "fx" or not labels["symbol"]:
                    faults.append(f"labels {labels}")
                if alert["status"]["state"] != "active":
                    faults.append(f"state {alert['status']}")
            firing = len(shown())
            # Four times `resend` is how long it takes what it was told to hold.
            time.sleep(6)
            if len(shown()) != 3:
                faults.append(f"after 6 s there are {len(shown())}")
            code, text = world.control("alerts", "disable", "there")
            if code:
                faults.append(text)
            world.wait("their end", lambda: shown() == [], 20)
        finally:
            world.close()
            manager.terminate()
            manager.wait(20)
    print(json.dumps({"firing": firing, "resolved": firing, "faults": faults}))
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
