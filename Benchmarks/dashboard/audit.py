#!/usr/bin/env python3
"""Looks at every view in light and dark, on a screen and on a phone, and takes pictures.

    Benchmarks/dashboard/audit.py [--folder results]

Passes when there is no error or warning in the console, no request fails, every text has the
contrast that WCAG 2.2 AA asks for, every control a name and a size that a finger hits, pictures have
words, ids are there once, nothing is wider than the screen, and everything can be reached and is
seen to be reached by keys alone.
"""

import argparse
import pathlib

from world import HERE, READY, Browser, Engine, report, shot, wait_until

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--folder", default=str(HERE / "results"))
options = options.parse_args()

AUDIT = pathlib.Path(HERE, "audit.js").read_text().split("\n", 1)[1]
VIEWS = ["market", "alerts", "operations"]
SIZES = {"screen": (1440, 900, False), "small": (1024, 700, False), "phone": (360, 740, True)}


def keys(page):
    """Goes through the page by Tab: where one is has to be seen, and there has to be a way out."""
    seen, hidden = [], []
    page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate("""() => {
          const node = document.activeElement;
          if (!node || node === document.body) return null;
          const style = getComputedStyle(node);
          const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
          return { name: node.id || node.textContent.trim().slice(0, 20), isSeen };
        }""")
        if at is None:
            break
        if not at["isSeen"]:
            hidden.append(at["name"])
        if seen and at["name"] == seen[0]:
            break
        seen.append(at["name"])
    return seen, hidden


def main():
    with Browser() as browser:
        engine = Engine([
            {"name": "sim", "type": "generator", "config": {"instruments": 40, "interval": "200ms", "seed": 7}},
            {"name": "bars", "type": "bars", "config": {"specs": ["1s", "5s", "1m", "5m", "1h", "1d"]}},
            {"name": "alerts", "type": "alerts", "config": {"store": "memory", "rules": [
                {"id": "jump", "when": "change(*, 10s) > 0.02%"},
                {"id": "high", "when": "price(ITEM_01) > 1", "severity": "critical"}]}},
            {"name": "feed", "type": "binary", "config": {"listen": "127.0.0.1:0"}},
        ])
        faults, pictures, texts, controls = [], [], 0, 0
        try:
            for size, (width, height, phone) in SIZES.items():
                for scheme in ("dark", "light"):
                    page = browser.page(width, height, scheme, phone)
                    for view in VIEWS:
                        page.goto(f"{engine.url}#/{view}" + ("/ITEM_01/1s" if view == "market" else ""))
                        if view == "market":
                            wait_until(page, READY)
                        page.wait_for_timeout(6000 if view == "operations" else 2500)
                        found = page.evaluate(AUDIT)
                        place = f"{view} {size} {scheme}"
                        faults += [f"{place}: {fault}" for fault in found["faults"]]
                        texts += found["texts"]
                        controls += found["controls"]
                        pictures.append(shot(page, f"{view}-{size}-{scheme}", options.folder, full_page=phone))
                        if size == "screen" and scheme == "dark":
                            reached, hidden = keys(page)
                            faults += [f"{place}: the focus on {name} is not seen" for name in hidden]
                            if len(reached) < 8:
                                faults.append(f"{place}: keys reach only {reached}")
                    faults += [f"{size} {scheme}: {problem}" for problem in page.problems]
                    page.context.close()
            return report(
                "audit", not faults, views=len(pictures), texts=texts, controls=controls,
                faults=sorted(set(faults))[:40], pictures=options.folder)
        finally:
            engine.close()


raise SystemExit(0 if main() else 1)
