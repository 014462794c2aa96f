"""An engine on free ports, and pages of its dashboard in a real browser.

With DASHBOARD_FROM_DISK=1 the page is that of Sources/Plugins/Dashboard/page as it is now, without a
build. Needs Debian's chromium; Playwright is installed into Benchmarks/dashboard/build the first time.
Without either, scripts say so and end without an error.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = HERE / "build" / "venv"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(0)


def playwright():
    """Playwright's `sync_playwright`, from a virtual environment of its own if need be."""
    try:
        from playwright.sync_api import sync_playwright

        return sync_playwright
    except ImportError:
        pass
    if os.environ.get("DASHBOARD_VENV"):
        skip("Playwright cannot be imported from its virtual environment")
    python = VENV / "bin" / "python"
    if not python.exists():
        made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True)
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "playwright"]
        if made.returncode or subprocess.run(pip, capture_output=True).returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            skip("Playwright cannot be installed (no network?)")
    os.environ["DASHBOARD_VENV"] = "1"
    os.execv(python, [python, *sys.argv])


def binary():
    for path in (os.environ.get("TICKWIRE_ENGINED"), ROOT / "bin/engined", ROOT / ".build/debug/engined"):
        if path and os.access(path, os.X_OK):
            return str(path)
    sys.exit("there is no engined: make build")


class Engine:
    """An engined of its own folder; `restart` brings it back where it was, on the same port."""

    def __init__(self, plugins, instruments=None, web=None):
        self.folder = tempfile.mkdtemp(prefix="dashboard-")
        self.port = 0
        self.plugins = plugins
        self.instruments = instruments
        self.web = web or {}
        self.process = None
        self.start()

    def start(self):
        plugins = self.plugins + [{
            "name": "web", "type": "websocket",
            "config": {"listen": f"127.0.0.1:{self.port}", **self.web},
        }]
        document = {"engine": {"admin": "engine.sock"}, "plugins": plugins}
        if self.instruments:
            document["instruments"] = self.instruments
        path = pathlib.Path(self.folder, "plugins.json")
        path.write_text(json.dumps(document))
        log = pathlib.Path(self.folder, "log")
        self.process = subprocess.Popen(
            [binary(), "--config", path.name], cwd=self.folder, stdout=log.open("w"), stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            text = log.read_text()
            if self.process.poll() is not None:
                sys.exit(f"engined ended:\n{text}")
            found = re.search(r"web: listening address=127\.0\.0\.1:(\d+)", text)
            if found and "engine ready" in text:
                self.port = int(found[1])
                return
            time.sleep(0.02)
        sys.exit(f"engined is not ready:\n{log.read_text()}")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def get(self, path):
        with urllib.request.urlopen(f"{self.url}api/v1/{path}", timeout=30) as answer:
            return json.load(answer)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


FROM_DISK = bool(os.environ.get("DASHBOARD_FROM_DISK"))
# A page that Playwright gives to the browser counts as one of another network.
OWN_PAGES = ["--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets"]
PAGES = ROOT / "Sources/Plugins/Dashboard/page"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def give_pages(page):
    """Answers requests for the page from the folder of its sources."""

    def root(route):
        text = (PAGES / "index.html").read_text().replace("@FILES@/app.js", "@FILES@/main.js")
        policy = {"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
                  "img-src 'self' data:; connect-src 'self'"}
        route.fulfill(body=text.replace("@FILES@", "dashboard/disk"), content_type="text/html", headers=policy)

    def file(route):
        name = route.request.url.rsplit("/", 1)[1]
        path = PAGES / name if (PAGES / name).exists() else PAGES / "vendor" / name
        route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])

    page.route(re.compile(r"^http://[^/]+/(#.*)?$"), root)
    page.route("**/dashboard/disk/*", file)


class Browser:
    """Chromium; pages note what goes wrong in them."""

    def __enter__(self):
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if not chromium:
            skip("no chromium (apt-get install -y --no-install-recommends chromium)")
        self.playwright = playwright()().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", *(OWN_PAGES if FROM_DISK else [])])
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()

    def page(self, width=1440, height=900, scheme="dark", phone=False, zone="Europe/Berlin"):
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, is_mobile=phone,
            has_touch=phone, device_scale_factor=2 if phone else 1, timezone_id=zone)
        page = context.new_page()
        if FROM_DISK:
            give_pages(page)
        page.problems = []
        note = page.problems.append
        page.on("console", lambda m: m.type in ("error", "warning") and note(f"console: {m.text}"))
        page.on("pageerror", lambda error: note(f"exception: {error}"))
        page.on("requestfailed", lambda r: note(f"request failed: {r.url} {r.failure}"))
        page.on("response", lambda r: r.status >= 400 and note(f"{r.status}: {r.url}"))
        return page


# Data is there: a price in the list and bars in the chart.
READY = """() => {
  const price = document.querySelector(".rows .row:not([hidden]) .price");
  return price && /\\d/.test(price.textContent) && tickwire.chart.shown.length > 0;
}"""


def wait_until(page, condition, seconds=30, argument=None):
    """Looks until a condition holds. The page's policy forbids what Playwright does for that."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition, argument):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {condition}")
        page.wait_for_timeout(50)


def shot(page, name, folder=None, **options):
    folder = pathlib.Path(folder or HERE / "results")
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", **options)
    return str(folder / f"{name}.png")


def report(name, is_good, **figures):
    print(json.dumps({"check": name, "pass": bool(is_good), **figures}), flush=True)
    return bool(is_good)
