import assert from "node:assert/strict";
import { test } from "node:test";
import { activeAlerts } from "../page/alerts-view.js";
import { niceSteps, priceRange } from "../page/canvas-scale.js";
import { FeedBook } from "../page/feeds.js";
import { between, Figures, SAMPLES_MAX } from "../page/figures.js";
import { stretches, valueRange } from "../page/line-chart.js";
import { newest } from "../page/log-tail.js";
import { layout } from "../page/topology.js";

const status = (members) => ({ epoch: "1", uptime_seconds: 10, sequence: 100, cpu_seconds: 1, ...members });

test("rates are those between two answers of one engine", () => {
  const later = status({ uptime_seconds: 12, sequence: 300, cpu_seconds: 1.5 });
  assert.deepEqual(between(status({}), later), { rate: 100, cpu: 0.25 });
  assert.deepEqual(between(null, later), { rate: null, cpu: null });
  assert.deepEqual(between(status({ epoch: "0" }), later), { rate: null, cpu: null });
});

test("a time without answers is a hole, and samples have an end", () => {
  const figures = new Figures();
  figures.take(status({}), [{ name: "web", hop_p50_ns: 5, hop_p99_ns: 9 }, { name: "sim", hop_p50_ns: null }], 1);
  figures.miss(2);
  figures.take(status({ uptime_seconds: 14, sequence: 500 }), [], 3);
  assert.deepEqual(figures.samples.map((sample) => sample.rate), [null, null, null]);
  assert.deepEqual(figures.timed, ["web"]);
  for (let at = 0; at < SAMPLES_MAX + 5; at += 1) figures.miss(at);
  assert.equal(figures.samples.length, SAMPLES_MAX);
});

test("lines break where nothing is known", () => {
  assert.deepEqual(stretches([null, 1, 2, null, 3]), [[1, 2], [4, 4]]);
  assert.deepEqual(stretches([]), []);
  const line = (values) => [{ name: "", colour: "", values }];
  assert.deepEqual(valueRange(line([null, 10]), false), [0, 11]);
  assert.deepEqual(valueRange(line([300, 20_000]), true), [100, 100_000]);
  assert.deepEqual(valueRange(line([1000]), true), [1000, 10_000]);
  assert.deepEqual(valueRange(line([null]), true), [1, 10]);
});

test("axes have round values", () => {
  assert.deepEqual(niceSteps(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(niceSteps(1.0711, 1.0719, 4), [1.0712, 1.0714, 1.0716, 1.0718]);
  assert.deepEqual(niceSteps(1, 1, 3), []);
  assert.deepEqual(priceRange([{ low: 1, high: 3 }, { low: 0, high: 2 }]), [0, 3]);
  assert.deepEqual(priceRange([{ low: 10, high: 10 }]), [9.99, 10.01]);
});

const plugins = [
  { name: "sim", type: "generator", state: "running", events_out: 10, out_rate: 5, lag: 0, dropped: 0 },
  { name: "bars", type: "bars", state: "running", events_out: 4, out_rate: 2, lag: 3, dropped: 0 },
  { name: "web", type: "websocket", state: "running", events_out: 3, out_rate: 0, lag: 0, dropped: 7 },
];
const subjects = [
  { subject: "trade.>", events: 10, producers: ["sim", "web"], consumers: ["bars", "web"] },
  { subject: "bar.>", events: 4, producers: ["bars"], consumers: ["web"] },
  { subject: "alert.>", events: 0, producers: ["alerts"], consumers: ["web"] },
  { subject: "status.>", events: null, producers: ["engine"], consumers: ["web"] },
];

test("plugins stand left of what they publish and right of what they read", () => {
  const plan = layout(subjects, plugins);
  assert.deepEqual(plan.producers.map((node) => node.name), ["sim", "bars"]);
  assert.deepEqual(plan.subjects.map((node) => node.name), ["trade", "bar"]);
  assert.deepEqual(plan.consumers.map((node) => node.name), ["bars", "web"]);
  assert.deepEqual(plan.links.map((link) => `${link.side} ${link.from} ${link.to}`),
    ["left 0 0", "right 0 0", "right 0 1", "left 1 1", "right 1 1"]);
  assert.equal(plan.consumers[1].detail, "lag 0, 7 lost");
  // A frontend that takes ticks in is one of those who bring them.
  const pushed = plugins.map((one) => one.name === "web" ? { ...one, out_rate: 1 } : one);
  assert.deepEqual(layout(subjects, pushed).producers.map((node) => node.name), ["sim", "bars", "web"]);
});

test("feeds are those that bring ticks and make them of nothing else", () => {
  const book = new FeedBook();
  assert.ok(!book.take({ T: "status", of: "source", name: "sim", st: "stale", why: "silent", f: 16 }));
  assert.deepEqual(book.feeds(subjects, plugins), [
    { name: "sim", type: "generator", state: "stale", why: "silent", rate: 5, count: 10 },
  ]);
  assert.ok(book.take({ T: "status", of: "source", name: "sim", st: "up" }));
  assert.equal(book.feeds(subjects, plugins)[0].state, "up");
  const stopped = [{ ...plugins[0], state: "stopped", last_error: "gone" }];
  assert.deepEqual(book.feeds(subjects, stopped).map((feed) => [feed.state, feed.why]), [["stopped", "gone"]]);
});

test("log lines are kept once, and those of a new process begin anew", () => {
  const lines = (...numbers) => numbers.map((number) => ({ number }));
  assert.deepEqual(newest(lines(1, 2), lines(2, 3)), lines(1, 2, 3));
  assert.deepEqual(newest(lines(7, 8), lines(1, 2)), lines(1, 2));
  assert.deepEqual(newest([], lines(4)), lines(4));
  assert.equal(newest([], lines(...Array.from({ length: 900 }, (_, index) => index + 1))).length, 500);
});

test("what fires comes first, the newest of it before the others", () => {
  const all = activeAlerts([
    { rule: "a", state: "acknowledged", since: "2026-01-05T09:00:00Z" },
    { rule: "b", state: "inactive", since: "2026-01-05T09:00:00Z" },
    { rule: "c", state: "firing", since: "2026-01-05T09:00:00Z" },
    { rule: "d", state: "firing", since: "2026-01-05T09:00:01Z" },
    { rule: "e", state: "resolved", since: "2026-01-05T09:00:01Z" },
  ]);
  assert.deepEqual(all.map((one) => one.rule), ["d", "c", "a"]);
});
