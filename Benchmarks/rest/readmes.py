#!/usr/bin/env python3
"""Runs every client example of the reference systems' READMEs against a real engined.

Examples are taken out of the READMEs as they are (curl, JavaScript, Python, requests of HTTP);
only host and port are others. What is no client (code that runs inside of those systems, commands
for their containers) is counted and left out. JavaScript needs node, Python the package websockets,
the README with a test httpx and pytest:

    "$(../shared/tools/venv.sh readmes websockets httpx pytest)"/python Benchmarks/rest/readmes.py
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from daemon import Daemon, shared

SYMBOLS = ["EURUSD", "AAPL", "GOOGL", "MSFT", "ITEM_00", "ITEM_01"]
TICK = {"id", "symbol", "price", "time"}
BAR = {"bucket", "symbol", "open", "high", "low", "close", "tick_count"}


class Wrong(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Wrong(text)


def blocks(text):
    """Fenced blocks: language and code."""
    for match in re.finditer(r"^[ ]*```(\w*)\n(.*?)^[ ]*```", text, re.S | re.M):
        yield match[1], match[2]


def commands(code):
    """Single commands of a shell block, comments left out."""
    for line in code.replace("\\\n", " ").splitlines():
        if re.match(r"\s*(curl|wscat) ", line):
            yield line.strip()


class Run:
    def __init__(self, daemon):
        self.daemon = daemon
        self.worked = self.failed = self.left_out = 0
        main, streaming = daemon.addresses
        self.places = {"localhost:8000": main, "localhost:8765": streaming}

    def moved(self, text):
        """The same text with the host and port of the engine."""
        for old, new in self.places.items():
            text = text.replace(old, new)
        return text

    def report(self, system, kind, title, work):
        begin = time.monotonic()
        try:
            told = work()
            self.worked += 1
            print(f"{system} {kind:10} ok    {title}: {told} ({time.monotonic() - begin:.1f} s)")
        except Exception as error:  # Whatever goes wrong is a failure of the example.
            self.failed += 1
            print(f"{system} {kind:10} WRONG {title}: {type(error).__name__}: {error}")

    # curl

    def curl(self, system, command):
        words = self.moved(command)
        is_upgrade = "Upgrade" in command
        words = re.sub(r"^curl ", "curl -sS -i --max-time 10 ", words)
        end = time.monotonic() + 15
        while True:
            out = subprocess.run(
                ["sh", "-c", words], capture_output=True, text=True, timeout=30)
            expect(out.returncode == 0, f"curl says {out.stderr.strip()}")
            head, _, body = out.stdout.partition("\n\n" if "\r" not in out.stdout else "\r\n\r\n")
            status = int(head.split()[1])
            if is_upgrade:
                # It sends no key: any server refuses it, which shows that it is there.
                expect(status in (400, 426), f"status {status}")
                return f"{status}, as it sends no key"
            try:
                return self.judge(command, status, body)
            except Wrong:
                # Bars of ticks that are pushed into the past come a moment later.
                if "/ohlc/" not in command or time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def judge(self, command, status, body):
        value = json.loads(body)
        if "/health" in command:
            expect(status == 200 and value["status"] == "healthy", f"{status} {body[:100]}")
            return "healthy"
        if "-X POST" in command:
            expect(status == 201 and set(value) == TICK, f"{status} {body[:100]}")
            expect(value["symbol"] == "EURUSD" and value["price"] == 1.12345, body[:100])
            return f"201, id {value['id']}"
        expect(status == 200 and isinstance(value, list), f"{status} {body[:100]}")
        expect(value, "nothing, and a tick was created before")
        if "/ohlc/" not in command:
            expect(set(value[0]) == TICK and value[0]["price"] == 1.12345, body[:100])
            return f"{len(value)} ticks"
        expect(set(value[0]) == BAR, body[:100])
        start = {"minute": "2025-12-05T10:00:00Z", "hour": "2025-12-05T10:00:00Z",
                 "day": "2025-12-04T22:00:00Z"}[re.search(r"/ohlc/(\w+)", command)[1]]
        found = [bar for bar in value if bar["bucket"] == start]
        expect(found and found[0]["tick_count"] == 1 and found[0]["close"] == 1.12345, body[:200])
        return f"{len(value)} bars"

    def request(self, system, code):
        """A request as HTTP writes it."""
        head, _, body = code.strip().partition("\n\n")
        method, target = head.split("\n")[0].split()
        status, text = self.daemon.ask(method, target, body or None)
        value = json.loads(text)
        if target.startswith("/exchange"):
            expect(status == 501 and set(value) == {"detail", "status_code"}, f"{status}")
            return "501 with a reason: exchanges are not administered here"
        expect(status == 200 and isinstance(value, list), f"{status} {text[:100]}")
        return f"200, {len(value)} rows"

    # JavaScript

    def javascript(self, system, parts):
        """A block that opens a socket, and those that use it."""
        for wanted in ["node", "nodejs", None]:
            expect(wanted, "there is no node")
            if shutil.which(wanted):
                break
        first, *others = [self.moved(part) for part in parts]
        rest = "\n".join(f"await answered(ws);\n{{ {part} }}" for part in others)
        code = f"""
            const seen = [];
            const answered = (ws) => new Promise((done) => {{
              const wait = () => ws.readyState === 1 ? setTimeout(done, 500) : setTimeout(wait, 10);
              wait();
            }});
            {first}
            ws.addEventListener("message", (event) => seen.push(JSON.parse(event.data)));
            {rest}
            setTimeout(() => {{
              require("fs").writeFileSync(process.argv[2], JSON.stringify(seen));
              process.exit(0);
            }}, 4000);
            """
        with tempfile.TemporaryDirectory() as folder:
            script, result = Path(folder) / "example.js", Path(folder) / "seen.json"
            script.write_text(f"(async () => {{ {code} }})();")
            out = subprocess.run(
                [shutil.which(wanted), "--experimental-websocket", script, result],
                capture_output=True, text=True, timeout=30)
            expect(out.returncode == 0, out.stderr[-300:])
            seen = json.loads(result.read_text())
        expect(seen, "no message came")
        self.messages(system, seen)
        printed = [line for line in out.stdout.splitlines() if line]
        expect("error" not in out.stdout.lower(), out.stdout[:200])
        if "console.log" in first and "onmessage" in first:
            expect(printed, "it printed nothing")
        return f"{len(seen)} messages" + (f", the first line {printed[0]!r}" if printed else "")

    def messages(self, system, seen):
        """What came is what the README shows."""
        if system == "S0":
            expect(set(seen[0]) == {"type", "data"} and seen[0]["type"] == "price_update", seen[0])
            expect(set(seen[0]["data"]) == {"ticker_id", "price", "timestamp"}, seen[0])
        elif system == "S1":
            expect(seen[0] == {"message_type": "info", "message": "Subscribed to AAPL"}, seen[0])
            expect(seen[-1] == {"message_type": "info", "message": "Unsubscribed from AAPL"},
                   seen[-1])
            data = [message for message in seen if message["message_type"] == "data"]
            expect(data and set(data[0]) == {
                "message_type", "symbol", "timestamp", "open", "high", "low", "close", "volume",
                "previous_close", "adj_close", "delivery_percentage"}, f"{data[:1]}")
        elif system == "S3":
            data = [message for message in seen if message["type"] == "market_data"]
            expect({message["symbol"] for message in data} == {"AAPL", "GOOGL", "MSFT"}, "symbols")
            expect(all("current_price" in message["data"] for message in data), "prices")
        elif system == "S4":
            expect(all(set(message) == TICK for message in seen), seen[0])

    # Python

    def python(self, system, code):
        if "async_client" in code:
            return self.test(code)
        pattern = {
            "S3": r"^(AAPL|GOOGL|MSFT): \$[\d.]+$", "S4": r"^Received tick: \{'id': "}[system]
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "example.py"
            script.write_text(self.moved(code))
            process = subprocess.Popen(
                [sys.executable, "-u", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True)
            try:
                lines = [process.stdout.readline().rstrip("\n") for _ in range(5)]
            finally:
                process.kill()
                _, faults = process.communicate()
            expect("Traceback" not in faults, faults[-300:])
            for line in lines:
                expect(re.match(pattern, line), f"it printed {line!r} {faults[-200:]}")
            return f"5 lines, the first {lines[0]!r}"

    def test(self, code):
        """A test that is given a client."""
        import httpx
        space = {}
        exec(compile(code, "example", "exec"), space)  # The example is a class with one test.
        [case] = [value for name, value in space.items() if name.startswith("Test")]

        async def run():
            address = f"http://{self.places['localhost:8000']}"
            async with httpx.AsyncClient(base_url=address) as client:
                for name in dir(case):
                    if name.startswith("test"):
                        await getattr(case(), name)(client)
        asyncio.run(run())
        return "its assertions hold"

    # READMEs

    def readme(self, system, text):
        sockets = []
        for language, code in blocks(text):
            if language == "bash":
                for command in commands(code):
                    title = command[:70]
                    if command.startswith("wscat") and not shutil.which("wscat"):
                        self.left_out += 1
                        print(f"{system} wscat      left  {title}: it is not installed")
                    else:
                        self.report(system, "curl", title, lambda: self.curl(system, command))
            elif language == "http":
                title = code.strip().split("\n")[0]
                self.report(system, "HTTP", title, lambda: self.request(system, code))
            elif language == "javascript":
                if "new WebSocket" in code:
                    sockets.append([code])
                else:
                    sockets[-1].append(code)
            elif language == "python" and ("websockets" in code or "async_client" in code):
                title = "test" if "async_client" in code else "websockets"
                self.report(system, "Python", title, lambda: self.python(system, code))
            elif code.strip():
                self.left_out += 1
        for parts in sockets:
            title = re.search(r"new WebSocket\('(.*?)'\)", parts[0])[1]
            self.report(system, "JavaScript", title, lambda: self.javascript(system, parts))
        for page in sorted(set(re.findall(r"http://localhost:8000(/[\w-]+)?(?![\w/-])", text))):
            self.report(system, "page", page or "/", lambda: self.page(page or "/"))

    def page(self, target):
        status, body = self.daemon.ask("GET", target)
        expect(status == 200 and body, f"status {status}")
        return f"200, {len(body)} bytes"



def main():
    readmes = shared("reference/systems")
    plugins = [
        {"name": "journal", "type": "journal", "config": {"folder": "{folder}/journal"}},
        {"name": "sim", "type": "generator", "config": {
            "model": "gbm", "instruments": [{"symbol": symbol} for symbol in SYMBOLS],
            "interval": "200ms", "seed": 42}},
        {"name": "bars", "type": "bars", "config": {
            "specs": ["1s", "1m", "1h", "1d", "1d~utc+22:00"]}},
        {"name": "history", "type": "history", "config": {"store": "{folder}/history.sqlite"}},
        {"name": "alerts", "type": "alerts", "config": {"store": "{folder}/alerts.sqlite"}},
        {"name": "web", "type": "websocket", "config": {
            "listen": "127.0.0.1:0",
            "listeners": [{"listen": "127.0.0.1:0", "dialects": ["streaming"]}]}},
    ]
    with Daemon(plugins) as daemon:
        run = Run(daemon)
        for system in ["S0", "S1", "S2", "S3", "S4"]:
            run.readme(system, (readmes / f"{system}.md").read_text(errors="replace"))
        daemon.check()
    print(f"{run.worked + run.failed} examples: {run.worked} work, {run.failed} do not; "
          f"{run.left_out} blocks are no clients")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
