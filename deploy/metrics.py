#!/usr/bin/env python3
"""Says whether every metric that the Grafana dashboard shows is one that an engine has.

    deploy/metrics.py http://127.0.0.1:8000/metrics
"""

import json
import pathlib
import re
import sys
import urllib.request

NAME = re.compile(r"\b((?:tickwire|process|http|websocket|ticks)_[a-z0-9_]+)\b")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with urllib.request.urlopen(sys.argv[1], timeout=10) as answer:
        text = answer.read().decode()
    known = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M):
        known.add(name)
        if kind == "histogram":
            known |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    file = pathlib.Path(__file__).with_name("grafana") / "tickwire.json"
    expressions = [
        target["expr"] for panel in json.loads(file.read_text())["panels"] for target in panel["targets"]
    ]
    shown = {name for expression in expressions for name in NAME.findall(expression)}
    missing = sorted(shown - known)
    if missing or not shown:
        sys.exit(f"metrics: the dashboard shows what no engine has: {', '.join(missing) or 'nothing at all'}")
    print(f"metrics: {len(shown)} names in {len(expressions)} queries, the engine has all of them")


main()
