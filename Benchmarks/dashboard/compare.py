"""Bars as a chart draws them, beside those of the interface."""

import datetime
import urllib.parse


def rows(engine, symbol, spec):
    """All bars of the interface, page by page."""
    found, target = [], None
    while True:
        path = f"bars/{symbol}/{urllib.parse.quote(spec, safe='')}?limit=1000" + (f"&from={target}" if target else "")
        answer = engine.get(path)
        found += [row for row in answer["bars"] if not found or row["start"] > found[-1]["start"]]
        if not answer["next"]:
            return found
        target = answer["next"]


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def compared(page, engine, symbol, spec, are_all=True):
    """What differs; the newest bars may have grown between the two looks, and are left out."""
    page.wait_for_timeout(300)
    shown = {item["time"]: item for item in page.evaluate("tickwire.chart.shown") if "open" in item}
    there = {seconds(row["start"]): row for row in rows(engine, symbol, spec) if row["state"] != "void"}
    settled = sorted(start for start, row in there.items() if row["state"] != "open")
    if not are_all:
        settled = settled[:-2]
    faults = []
    for start in settled:
        row, item = there[start], shown.get(start)
        if item is None:
            if are_all or start >= min(shown):
                faults.append(f"{spec} {row['start']} is not drawn")
        elif any(item[name] != row[name] for name in ("open", "high", "low", "close")):
            faults.append(f"{spec} {row['start']}: {item} is drawn, {row} is told")
    if are_all:
        faults += [f"{spec} {start} is drawn and not told" for start in shown if start not in there]
    return faults
