#!/usr/bin/env python3
"""How long until the page shows data, with an empty cache, and how much it loads for that.

    Benchmarks/dashboard/paint.py [--rounds 7] [--instruments 10]

From the navigation to the frame behind the one in which a price is in the list and bars are in the
chart; the median of rounds must be at most 500 ms, and everything loaded until then, files and
answers as they come over the network and messages of the stream, at most 500 KB.
"""

import argparse
import statistics
import time

from world import Browser, Engine, report, shot

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--rounds", type=int, default=7)
options.add_argument("--instruments", type=int, default=10)
options = options.parse_args()

WATCH = """
  globalThis.painted = new Promise((done) => {
    const look = () => {
      const price = document.querySelector(".rows .row:not([hidden]) .price");
      const ready = price && /\\d/.test(price.textContent) && globalThis.tickwire?.chart.shown.length > 0;
      if (!ready) return void requestAnimationFrame(look);
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
    };
    requestAnimationFrame(look);
  });
"""


def visit(browser, url):
    page = browser.page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    weights = {"files": 0, "stream": 0, "requests": 0}

    def loaded(event):
        weights["files"] += event["encodedDataLength"]
        weights["requests"] += 1

    session.on("Network.loadingFinished", loaded)
    session.on("Network.webSocketFrameReceived", lambda e: weights.__setitem__(
        "stream", weights["stream"] + len(e["response"]["payloadData"])))
    page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    painted = page.evaluate("painted")
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null")
    result = dict(weights), painted, first, list(page.problems)
    shot(page, "paint")
    page.context.close()
    return result


def main():
    with Browser() as browser:
        engine = Engine([
            {"name": "sim", "type": "generator", "config": {
                "instruments": options.instruments, "interval": "250ms", "seed": 7}},
            {"name": "bars", "type": "bars", "config": {"specs": ["1s", "1m", "1h", "1d"]}},
        ])
        try:
            time.sleep(3)
            # The first visit starts the browser's own processes.
            visit(browser, engine.url)
            rounds = [visit(browser, engine.url) for _ in range(options.rounds)]
            times = [painted for _, painted, _, _ in rounds]
            weights = max((w for w, *_ in rounds), key=lambda w: w["files"] + w["stream"])
            weight = weights["files"] + weights["stream"]
            problems = [p for *_, found in rounds for p in found]
            good = statistics.median(times) <= 500 and weight <= 500_000 and not problems
            return report(
                "paint", good, median_ms=round(statistics.median(times)), worst_ms=round(max(times)),
                first_contentful_paint_ms=round(statistics.median(f for _, _, f, _ in rounds if f)),
                weight_bytes=weight, files_bytes=weights["files"], stream_bytes=weights["stream"],
                requests=weights["requests"], rounds=[round(t) for t in times], problems=problems[:5])
        finally:
            engine.close()


raise SystemExit(0 if main() else 1)
