#!/usr/bin/env python3
"""Kills the engine under the page with SIGKILL, and brings it back.

    Benchmarks/dashboard/restart.py [--kills 3] [--journal]

After each return the page has to be live again by itself; no bar may be there twice; bars that the
engine has are drawn as the interface tells them; and the time without an engine is a hole of as many
places as bars are missing. With --journal the engine goes on with its log, without it begins
another one.
"""

import argparse
import time

from compare import compared, rows
from world import READY, Browser, Engine, report, shot, wait_until

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--kills", type=int, default=3)
options.add_argument("--away", type=float, default=5, help="seconds without an engine")
options.add_argument("--journal", action="store_true")
options = options.parse_args()


def main():
    plugins = [
        {"name": "sim", "type": "generator", "config": {"instruments": 5, "interval": "100ms", "seed": 7}},
        {"name": "bars", "type": "bars", "config": {"specs": ["1s", "1m", "1h"]}},
    ]
    if options.journal:
        plugins += [
            {"name": "journal", "type": "journal", "config": {"folder": "journal"}},
            {"name": "history", "type": "history", "config": {"store": "history.sqlite"}},
        ]
    with Browser() as browser:
        engine = Engine(plugins)
        try:
            page = browser.page()
            page.goto(f"{engine.url}#/market/ITEM_01/1s")
            wait_until(page, READY)
            page.wait_for_timeout(6000)
            faults, holes, back = [], [], []
            for _ in range(options.kills):
                count = page.evaluate("tickwire.chart.bars.length")
                engine.kill()
                wait_until(page, "document.getElementById('connection').dataset.state === 'waiting'")
                time.sleep(options.away)
                began = time.monotonic()
                engine.start()
                wait_until(page, "document.getElementById('connection').dataset.state === 'open'")
                wait_until(page, "(count) => tickwire.chart.bars.length > count + 3", argument=count)
                back.append(round(time.monotonic() - began, 2))
                page.wait_for_timeout(3000)
                chart = page.evaluate("""() => {
                  const { shown, bars, hasPlace } = tickwire.chart;
                  const seconds = [];
                  for (let at = bars[0].start; at <= bars.at(-1).start; at += 1000) seconds.push(at);
                  return { shown, bars, places: seconds.filter(hasPlace).length, seconds: seconds.length };
                }""")
                starts = [item["time"] for item in chart["shown"]]
                if starts != sorted(set(starts)):
                    faults.append("a bar is there twice, or out of order")
                real = [item for item in chart["shown"] if "open" in item]
                if len(real) != len(chart["bars"]):
                    faults.append(f"{len(real)} bars are drawn of {len(chart['bars'])}")
                if chart["places"] != chart["seconds"]:
                    faults.append(f"{chart['places']} places for {chart['seconds']} seconds")
                faults += compared(page, engine, "ITEM_01", "1s", are_all=False)
                empty = chart["places"] - len(real)
                holes.append(empty)
                if empty < len(holes) * (options.away - 2):
                    faults.append(f"{empty} empty places after {len(holes)} kills")
            lost = [p for p in page.problems if "ERR_CONNECTION_REFUSED" not in p and "ERR_" not in p and "WebSocket" not in p]
            picture = shot(page, "restart-journal" if options.journal else "restart")
            return report(
                "restart", not faults and not lost, journal=options.journal, kills=options.kills,
                live_again_seconds=back, empty_places=holes, bars=len(rows(engine, "ITEM_01", "1s")),
                faults=faults[:5], problems=lost[:5], screenshot=picture)
        finally:
            engine.close()


raise SystemExit(0 if main() else 1)
