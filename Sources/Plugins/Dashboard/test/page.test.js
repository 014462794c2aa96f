import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Api, ApiError, subjectToken } from "../page/api.js";
import { clockOffset } from "../page/connection.js";
import { Afterwards, Frames } from "../page/frame.js";
import { commands } from "../page/query.js";
import { address, route } from "../page/route.js";
import { readable, Session } from "../page/session.js";
import { priceRate } from "../page/stream.js";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const pages = readdirSync(new URL("../page/", import.meta.url)).filter((name) => name !== "vendor");

test("every file of the page is put into the program, and no other", () => {
  const text = read("../files.c");
  const listed = [...text.matchAll(/\{"([^"]+)", (\w+), sizeof (\w+)\}/g)];
  assert.deepEqual(
    listed.map(([, name]) => name).sort(), [...pages, "lightweight-charts.js"].sort());
  for (const [, name, symbol, size] of listed) {
    const embedded = new RegExp(`TW_FILE\\(${symbol}\\) \\{\\n#embed "[^"]*/${name}"`);
    assert.match(text, embedded);
    assert.equal(symbol, size);
  }
});

test("the page has no code and no style in it, and nothing of other hosts", () => {
  const html = read("../page/index.html");
  assert.ok(!/<style|\sstyle=|\son\w+=|javascript:/.test(html));
  for (const [, , inside] of html.matchAll(/<script([^>]*)>([^<]*)/g)) assert.equal(inside, "");
  const loaded = [...html.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"/g)];
  for (const [, url] of loaded) assert.match(url, /^(@FILES@\/|api\/v1\/)/);
});

test("every element that the modules look for is in the page, once", () => {
  const html = read("../page/index.html");
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const name of pages.filter((name) => name.endsWith(".js"))) {
    for (const [, id] of read(`../page/${name}`).matchAll(/byId\("([^"]+)"\)/g)) {
      assert.ok(ids.includes(id), `${name}: #${id}`);
    }
  }
});

test("modules are written so that the daemon can join them", () => {
  const ends = new Map();
  const visit = (name, above) => {
    assert.ok(!above.includes(name), `a circle: ${[...above, name].join(" → ")}`);
    if (ends.has(name)) return;
    const text = read(`../page/${name}`);
    for (const line of text.split("\n").filter((line) => /^import\b/.test(line))) {
      const found = /^import \{ [\w$, ]+ \} from "\.\/([\w-]+\.js)";$/.exec(line);
      assert.ok(found && !line.includes(" as "), `${name}: ${line}`);
      visit(found[1], [...above, name]);
    }
    for (const line of text.split("\n").filter((line) => /^export\b/.test(line))) {
      assert.match(line, /^export ((async )?function|class|const) \w+|^export \{\};$/, `${name}: ${line}`);
    }
    ends.set(name, true);
  };
  visit("main.js", []);
  // What only says types is not run.
  assert.deepEqual([...ends.keys(), "world.js"].sort(), pages.filter((name) => name.endsWith(".js")).sort());
});

test("modules write no HTML", () => {
  for (const name of pages.filter((name) => name.endsWith(".js"))) {
    assert.ok(!/innerHTML|outerHTML|insertAdjacentHTML|document\.write/.test(read(`../page/${name}`)), name);
  }
});

test("addresses name views, instruments and intervals, and are read back", () => {
  for (const place of [
    { view: "market", symbol: "EURUSD", spec: "1m" }, { view: "market", symbol: "BRK/B@X#1", spec: null },
    { view: "alerts", symbol: null, spec: null },
  ]) assert.deepEqual(route(address(place)), place);
  assert.deepEqual(route(""), { view: "market", symbol: null, spec: null });
  assert.deepEqual(route("#/nowhere/x"), { view: "market", symbol: null, spec: null });
  assert.equal(route("#/market/%E0%A4%A").symbol, "%E0%A4%A");
});

test("a query is a command that can be pasted, without the token", () => {
  const query = { title: "", url: "http://h/api/v1/bars/O'X/1m", subscribe: { subjects: "bar.O'X.1m" } };
  assert.deepEqual(commands(query, "ws://h/api/v1/stream", true).map((one) => one.text), [
    "curl -H \"Authorization: Bearer $TOKEN\" 'http://h/api/v1/bars/O'\\''X/1m'",
    "wscat -w 5 -H \"Authorization: Bearer $TOKEN\" -c ws://h/api/v1/stream " +
      "-x '{\"id\":1,\"op\":\"subscribe\",\"subjects\":\"bar.O'\\''X.1m\"}'",
  ]);
  assert.deepEqual(commands({ title: "" }, "ws://h", false), []);
});

test("a token's subjects are asked for where it may not read all", () => {
  const access = (subscribe) => ({ name: "", write: false, admin: false, subscribe });
  assert.deepEqual(readable(access([">"]), "trade", "trade.*"), ["trade.*"]);
  assert.deepEqual(readable(access(["trade.*"]), "trade", "trade.*"), ["trade.*"]);
  assert.deepEqual(readable(access(["trade.A", "bar.A.1m"]), "trade", "trade.*"), ["trade.A"]);
  assert.deepEqual(readable(access(["bar.A.1m"]), "trade", "trade.*"), []);
});

test("who may not control is told what it takes", () => {
  const session = new Session();
  assert.match(session.whyNoControl, /"admin": true in the configuration/);
  session.isClosed = true;
  assert.match(session.whyNoControl, /Your token/);
  assert.ok(!session.mayWatch);
  session.access = { ...session.access, admin: true };
  assert.equal(session.whyNoControl, "");
  assert.ok(session.mayWatch);
});

test("prices come less often the more instruments there are, and when nobody looks", () => {
  assert.deepEqual([10, 1000, 5000].map((count) => priceRate(count, false)), ["250ms", "500ms", "1s"]);
  assert.equal(priceRate(10, true), "5s");
});

test("symbols are quoted in subjects where the grammar asks for it", () => {
  assert.equal(subjectToken("EURUSD"), "EURUSD");
  assert.equal(subjectToken("BRK.B"), "\"BRK.B\"");
  assert.equal(subjectToken("a \"b\""), "\"a \\\"b\\\"\"");
});

test("the server's clock is ahead by what its answer says, less half of the way", () => {
  assert.equal(clockOffset(1000, 1020, 1510), 500);
});

test("work that is asked for often is done once, before the next picture", () => {
  /** @type {(() => void)[]} */ const requests = [];
  const frames = new Frames((work) => requests.push(work));
  let count = 0;
  const work = () => {
    count += 1;
    if (count === 1) frames.ask(work);
  };
  frames.ask(work);
  frames.ask(work);
  assert.equal(requests.length, 1);
  requests[0]();
  assert.deepEqual([count, requests.length], [1, 2]);
});

test("work that leads to other work is done with it, before the same picture", () => {
  /** @type {(() => void)[]} */ const requests = [];
  const frames = new Frames((work) => requests.push(work));
  const seen = [];
  const other = () => seen.push("other");
  frames.ask(() => {
    seen.push("first");
    frames.ask(other);
    frames.ask(other);
  });
  requests[0]();
  assert.deepEqual([seen, requests.length], [["first", "other"], 1]);
});

/** @param {string[]} parts */
function afterwards(parts) {
  /** @type {(() => void)[]} */ const frames = [];
  /** @type {(() => void)[]} */ const waits = [];
  /** @type {boolean[]} */ const seen = [];
  const later = new Afterwards(parts, {
    request: (work) => frames.push(work), wait: (work) => waits.push(work),
    seen: () => seen.push(later.isOver),
  });
  return { later, frames, waits, seen };
}

test("what is not seen first is done when the first picture with all of its parts was painted", () => {
  const { later, frames, seen } = afterwards(["bars", "prices"]);
  let count = 0;
  later.do(() => {
    count += 1;
  });
  later.shown("bars");
  later.shown("bars");
  later.shown("another");
  assert.deepEqual([frames.length, seen], [0, []]);
  later.shown("prices");
  assert.deepEqual(seen, [false]);
  frames.shift()();
  assert.deepEqual([count, later.isOver], [0, false]);
  frames.shift()();
  assert.deepEqual([count, later.isOver, frames.length], [1, true, 0]);
  later.do(() => {
    count += 10;
  });
  assert.equal(count, 11);
});

test("what is not seen first is done after a while where there is nothing to see, and once", () => {
  const { later, frames, waits, seen } = afterwards(["bars"]);
  let count = 0;
  later.do(() => {
    count += 1;
  });
  assert.equal(waits.length, 1);
  waits[0]();
  assert.deepEqual(seen, [true]);
  later.shown("bars");
  while (frames.length > 0) frames.shift()();
  assert.equal(count, 1);
});

/** An interface whose answers a test gives. */
function api(answer, token = "") {
  const seen = [];
  const fetch = async (url, options) => {
    seen.push({ url, ...options });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { seen, api: new Api({ base: "http://h/x/", token: () => token, fetch, timeoutMs: 50 }) };
}
const said = (status, body) => ({ ok: status < 400, status, text: async () => body });

test("requests carry the token in their head and never in their address", async () => {
  const world = api(said(200, "{\"a\":1}"), "secret");
  assert.deepEqual(await world.api.get("bars/A/1m", { from: undefined, limit: 5 }), { a: 1 });
  assert.equal(world.seen[0].url, "http://h/x/api/v1/bars/A/1m?limit=5");
  assert.equal(world.seen[0].headers.Authorization, "Bearer secret");
  assert.equal(world.api.stream, "ws://h/x/api/v1/stream");
  await world.api.post("alerts/rules", { id: "a" });
  assert.equal(world.seen[1].body, "{\"id\":\"a\"}");
  assert.equal(world.seen[1].headers["Content-Type"], "application/json");
});

test("a refusal says what the server said, and a server that is not there is told as such", async () => {
  const refused = api(said(403, "{\"error\":{\"status\":403,\"message\":\"no right\"}}"));
  await assert.rejects(refused.api.get("logs"), (error) =>
    error instanceof ApiError && error.status === 403 && error.message === "no right");
  await assert.rejects(api(said(502, "<html>")).api.get("logs"), /the server answered 502/);
  await assert.rejects(api(new TypeError("x")).api.get("logs"), (error) =>
    error.status === 0 && error.message === "the server is not there");
});
