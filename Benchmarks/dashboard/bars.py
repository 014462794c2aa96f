#!/usr/bin/env python3
"""Every interval of the chart beside the bars of the interface, across a change of summer time.

    Benchmarks/dashboard/bars.py

Replays trades of the ten days around 8 March 2026, when clocks in New York go forward, into an
engine with bars of many specs, scrolls each chart back to its first bar and compares every bar that
the chart has with every bar that is told: the same starts, the same prices. Then the hours of New
York are looked at: with a calendar of New York the day of the change has 23 of them.
"""

import datetime
import pathlib
import random
import tempfile
import time

from compare import compared, rows, seconds
from world import READY, Browser, Engine, report, shot, wait_until

SPECS = ["1m", "5m", "15m", "1h", "4h", "1d", "1d~fx17", "4h~America/New_York", "1d~America/New_York", "1w"]


def trades(path):
    """About one trade in twenty seconds, with silent stretches."""
    chance = random.Random(8)
    at = datetime.datetime(2026, 3, 3, tzinfo=datetime.timezone.utc)
    end = at + datetime.timedelta(days=10)
    price = 10_000
    with open(path, "w") as file:
        file.write("timestamp,symbol,price,size\n")
        while at < end:
            price += chance.choice((-2, -1, -1, 0, 1, 1, 2))
            file.write(f"{at.isoformat().replace('+00:00', 'Z')},NYX,{price // 100}.{price % 100:02},{chance.randint(1, 90)}\n")
            at += datetime.timedelta(seconds=chance.choice((3, 9, 20, 31, 45)) + (900 if chance.random() < 0.002 else 0))


def open_chart(page, engine, spec):
    page.goto(f"{engine.url}#/market/NYX/{spec.replace('/', '%2F')}")
    wait_until(page, "(spec) => globalThis.tickwire?.chart.spec === spec && tickwire.chart.shown.length > 0", argument=spec)
    pages = 0
    while page.evaluate("tickwire.chart.older()"):
        pages += 1
    wait_until(page, "tickwire.chart.isWhole")
    page.wait_for_timeout(200)
    return pages


def main():
    with Browser() as browser:
        folder = tempfile.mkdtemp(prefix="dashboard-data-")
        path = pathlib.Path(folder, "trades.csv")
        trades(path)
        engine = Engine([
            {"name": "bars", "type": "bars", "config": {"specs": SPECS}},
            {"name": "history", "type": "history", "config": {"store": "history.sqlite"}},
            {"name": "tape", "type": "replay", "config": {
                "files": [{"path": str(path), "type": "trades"}], "speed": "max"}},
        ])
        try:
            # All has been read, and all that is closed is stored, when nothing more comes.
            count = -1
            while (now := engine.get("status")["sequence"]) != count:
                count = now
                time.sleep(2)
            page = browser.page(zone="Europe/Berlin")
            faults, bars, scrolled = [], {}, 0
            for spec in SPECS:
                scrolled += open_chart(page, engine, spec)
                faults += compared(page, engine, "NYX", spec)
                bars[spec] = len(rows(engine, "NYX", spec))
            day = [seconds(row["end"]) - seconds(row["start"]) for row in rows(engine, "NYX", "1d~America/New_York")]
            if 23 * 3600 not in day:
                faults.append(f"no day of 23 hours among {day}")
            open_chart(page, engine, "1h")
            picture = shot(page, "bars")
            return report(
                "bars", not faults and not page.problems, bars=bars, pages_scrolled_to=scrolled,
                day_of_23_hours=23 * 3600 in day, faults=faults[:5], problems=page.problems[:5], screenshot=picture)
        finally:
            engine.close()


raise SystemExit(0 if main() else 1)
