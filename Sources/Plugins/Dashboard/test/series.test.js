import assert from "node:assert/strict";
import { test } from "node:test";
import { barOfEvent, barOfRow, HOLE_MAX, holeBetween, isNewer, Series, withHoles } from "../page/series.js";

const bar = (start, members = {}) => ({
  start: start * 1000, end: (start + 1) * 1000, open: 1, high: 2, low: 0.5, close: 1.5, volume: 10,
  count: 1, state: "closed", revision: 0, log: 0, ...members,
});
const starts = (series) => series.bars.map((one) => one.start / 1000);

test("rows and events say the same of a bar", () => {
  const row = barOfRow({
    start: "2026-03-08T06:59:00Z", end: "2026-03-08T07:00:00Z", open: 1, high: 2, low: 0.5, close: 1.5,
    volume: 10, count: 3, state: "closed", revision: 1,
  }, 2);
  const event = barOfEvent({
    T: "bar", t: "2026-03-08T06:59:00Z", u: "2026-03-08T07:00:00Z", o: 1, h: 2, l: 0.5, c: 1.5, v: 10,
    n: 3, st: "closed", rev: 1,
  }, 2);
  assert.deepEqual(row, event);
});

test("a bar comes once, however often and in whatever order it is told", () => {
  const series = new Series();
  for (const start of [5, 3, 4, 5, 3]) series.add(bar(start));
  assert.deepEqual(starts(series), [3, 4, 5]);
});

test("what is closed, amended or has more ticks counts; what is older does not", () => {
  assert.ok(isNewer(bar(1, { state: "open", count: 4 }), bar(1, { state: "open", count: 3 })));
  assert.ok(!isNewer(bar(1, { state: "open", count: 9 }), bar(1)));
  assert.ok(isNewer(bar(1, { state: "amended", revision: 2 }), bar(1)));
  assert.ok(!isNewer(bar(1), bar(1, { state: "amended", revision: 2 })));
  const series = new Series();
  series.add(bar(1, { count: 3, close: 7 }));
  assert.equal(series.add(bar(1, { state: "open", count: 9, close: 8 })), null);
  assert.equal(series.last.close, 7);
});

test("a bar of a newer log takes the place of an older one, though it knows less", () => {
  const series = new Series();
  series.add(bar(1, { count: 30 }));
  assert.equal(series.add(bar(1, { state: "open", count: 2, log: 1 })), "last");
  assert.equal(series.last.count, 2);
  assert.equal(series.add(bar(1, { count: 31 })), null);
});

test("a page of the past goes before, and a void bar goes away", () => {
  const series = new Series();
  series.merge([bar(10), bar(11)]);
  assert.ok(series.merge([bar(7), bar(8, { state: "void" }), bar(9)]));
  assert.deepEqual(starts(series), [7, 9, 10, 11]);
  assert.equal(series.add(bar(9, { state: "void", revision: 1 })), "inside");
  assert.equal(series.add(bar(6, { state: "void" })), null);
  assert.deepEqual(starts(series), [7, 10, 11]);
  // A page that overlaps what is there is taken bar by bar.
  assert.ok(series.merge([bar(5), bar(6), bar(7), bar(12)]));
  assert.deepEqual(starts(series), [5, 6, 7, 10, 11, 12]);
});

test("a hole has as many places as bars are missing", () => {
  assert.deepEqual(holeBetween(bar(1), bar(5), 1, true, []), [2000, 3000, 4000]);
  assert.deepEqual(holeBetween(bar(1), bar(2), 1, true, []), []);
  assert.equal(holeBetween(bar(1), bar(100_000), 1, true, []).length, HOLE_MAX);
  assert.equal(holeBetween(bar(1), bar(100_000), 1, true, []).at(-1), 99_999_000);
});

test("where a calendar closes the market, only what this page lost is a hole", () => {
  assert.deepEqual(holeBetween(bar(1), bar(5), 1, false, []), []);
  assert.deepEqual(holeBetween(bar(1), bar(5), 1, false, [{ from: 3000, to: 4000 }]), [2000, 3000, 4000]);
  assert.deepEqual(holeBetween(bar(1), bar(5), 1, false, [{ from: 8000, to: 9000 }]), []);
  assert.deepEqual(holeBetween(bar(1), bar(5), null, true, []), []);
});

test("bars with holes keep the order of time", () => {
  const all = withHoles([bar(1), bar(4), bar(5)], 1, true, []);
  assert.deepEqual(all.map((item) => item.start / 1000), [1, 2, 3, 4, 5]);
  assert.deepEqual(all.map((item) => "open" in item), [true, false, false, true, true]);
});
