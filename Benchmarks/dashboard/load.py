#!/usr/bin/env python3
"""1,000 instruments at 10,000 ticks a second: how busy is the page, and is it live?

    Benchmarks/dashboard/load.py [--seconds 20] [--instruments 1000] [--rate 10000]

Passes without any error or warning in the console, with the page's main thread busy for less than
half of the time, while prices and the growing bar of the chart go on.
"""

import argparse
import time

from world import READY, Browser, Engine, report, shot, wait_until

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--seconds", type=float, default=20)
options.add_argument("--instruments", type=int, default=1000)
options.add_argument("--rate", type=int, default=10_000)
options = options.parse_args()


def busy(session):
    found = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return found["TaskDuration"], found["ScriptDuration"], found["LayoutDuration"] + found["RecalcStyleDuration"]


def state(page):
    return page.evaluate("""() => ({ events: tickwire.market.events, drawn: tickwire.chart.drawn,
      last: JSON.stringify(tickwire.chart.shown.at(-1)), at: tickwire.chart.bars.at(-1).count,
      lag: tickwire.connection.lag,
      seen: [...document.querySelectorAll(".rows .row:not([hidden]) .price")].map((x) => x.textContent).join() })""")


def main():
    interval = f"{1000 * options.instruments // options.rate}ms"
    with Browser() as browser:
        engine = Engine([
            {"name": "sim", "type": "generator", "config": {
                "model": "gbm", "instruments": options.instruments, "interval": interval, "seed": 7}},
            {"name": "bars", "type": "bars", "config": {"specs": ["1s", "1m", "1h", "1d"]}},
            {"name": "alerts", "type": "alerts", "config": {"store": "memory", "rules": [
                {"id": "jump", "when": "change(*, 1m) > 0.2%", "cooldown": "1m"}]}},
        ])
        try:
            time.sleep(3)
            page = browser.page()
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            page.goto(f"{engine.url}#/market/ITEM_00/1s")
            wait_until(page, READY)
            page.wait_for_timeout(5000)
            before, began, sequence = state(page), time.monotonic(), engine.get("status")
            task, script, style = busy(session)
            frames = page.evaluate("""(ms) => new Promise((done) => {
              let count = 0; const end = performance.now() + ms;
              const next = () => { count += 1; performance.now() < end ? requestAnimationFrame(next) : done(count); };
              requestAnimationFrame(next); })""", options.seconds * 1000)
            after, seconds, status = state(page), time.monotonic() - began, engine.get("status")
            task, script, style = (b - a for a, b in zip((task, script, style), busy(session)))
            ticks = (status["sequence"] - sequence["sequence"]) / seconds
            plugins = {p["name"]: p for p in engine.get("plugins")["plugins"]}
            picture = shot(page, "load")
            is_live = after["drawn"] > before["drawn"] and after["last"] != before["last"] and after["seen"] != before["seen"]
            good = task / seconds < 0.5 and is_live and not page.problems
            return report(
                "load", good, main_thread_busy=round(task / seconds, 3), script=round(script / seconds, 3),
                style_and_layout=round(style / seconds, 3), frames_per_second=round(frames / options.seconds, 1),
                instruments=status["instruments"], ticks_per_second=round(plugins["sim"]["out_rate"]),
                engine_events_per_second=round(ticks), page_events_per_second=round((after["events"] - before["events"]) / seconds),
                chart_updates=after["drawn"] - before["drawn"], lag_ms=after["lag"] and round(after["lag"], 1),
                problems=page.problems[:5], screenshot=picture)
        finally:
            engine.close()


raise SystemExit(0 if main() else 1)
