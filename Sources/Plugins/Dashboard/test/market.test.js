import assert from "node:assert/strict";
import { test } from "node:test";
import { inKeyOrder, Market, SAMPLES, selected } from "../page/market.js";
import { visibleRows, ROW } from "../page/list.js";
import { drawSpark, sparkPoints } from "../page/spark.js";

const trade = (S, p, members = {}) => ({ T: "trade", S, p, s: 1, t: "2026-01-05T09:00:00Z", ...members });

function market() {
  const all = new Market();
  for (const [key, name] of [["B", "Beta"], ["A", "Alpha"], ["C", "Gamma"]]) {
    all.define({ key, name, price_precision: 3, size_precision: 1 });
  }
  return all;
}

test("a trade moves its instrument and nothing else", () => {
  const all = market();
  all.settle();
  all.take([trade("A", 10), trade("A", 11)]);
  const [changed] = all.settle();
  assert.equal(changed.key, "A");
  assert.deepEqual([changed.price, changed.move, changed.samples], [11, 1, [10, 11]]);
  assert.ok(Math.abs(changed.change - 0.1) < 1e-12);
  assert.equal(all.settle().size, 0);
});

test("the open of the day's bar is what a change is measured against", () => {
  const all = market();
  all.take([trade("A", 10), { T: "bar", S: "A", o: 8, h: 12, l: 7, c: 10, v: 5, st: "open" }]);
  const one = all.find("A");
  assert.deepEqual([one.change, one.isDay, one.day.volume], [0.25, true, 5]);
  // What was merged into one event still made its high and low.
  all.take([trade("A", 10, { f: 8, m: { o: 10, h: 15, l: 6, v: 3, n: 3 } })]);
  assert.deepEqual([one.day.high, one.day.low], [15, 6]);
  assert.equal(all.events, 5);
});

test("without trades the price is halfway between bid and ask", () => {
  const all = market();
  all.take([{ T: "quote", S: "C", bp: 1, ap: 2, t: "2026-01-05T09:00:00Z" }]);
  assert.equal(all.find("C").price, 1.5);
  all.take([{ T: "quote", S: "C", bp: 1, t: "2026-01-05T09:00:01Z" }]);
  assert.equal(all.find("C").price, null);
});

test("an instrument that nobody has told of appears with its first event", () => {
  const all = market();
  all.take([trade("NEW", 1)]);
  assert.equal(all.find("NEW").index, 3);
  all.define({ key: "NEW", name: "Newcomer", price_precision: 5 });
  assert.deepEqual([all.all.length, all.find("NEW").precision], [4, 5]);
});

test("samples have an end, and those of the past go before", () => {
  const all = market();
  for (let price = 1; price <= SAMPLES + 10; price += 1) all.take([trade("A", price)]);
  assert.equal(all.find("A").samples.length, SAMPLES);
  all.take([trade("B", 5)]);
  all.seed(all.find("B"), [3, 4]);
  assert.deepEqual(all.find("B").samples, [3, 4, 5]);
});

test("a snapshot is no news of the time", () => {
  const all = market();
  all.take([trade("A", 1, { f: 16 })]);
  assert.equal(all.newest, null);
  all.take([trade("A", 2)]);
  assert.equal(all.newest, Date.UTC(2026, 0, 5, 9));
});

test("instruments are found by words, and ordered by what is known of them", () => {
  const all = market();
  all.take([trade("A", 10), trade("A", 9), trade("B", 10), trade("B", 12)]);
  const keys = (...args) => selected(all.all, ...args).map((one) => one.key).join("");
  assert.equal(keys("", "key", false), "ABC");
  assert.equal(keys("", "key", true), "CBA");
  const many = new Market();
  for (const key of ["I10", "I9", "I100"]) many.define({ key });
  assert.deepEqual(selected(many.all, "", "key", false).map((one) => one.key), ["I9", "I10", "I100"]);
  assert.equal(keys("gam", "key", false), "C");
  assert.equal(keys("a alp", "key", false), "A");
  assert.equal(keys("", "change", true), "BAC");
  // What has no change comes last either way.
  assert.equal(keys("", "change", false), "ABC");
});

test("keys stand in the order of English, numbers by what they count", () => {
  const english = new Intl.Collator("en", { numeric: true });
  const keys = ["", "A", "B", "_", "A_", "A_1", "A1", "A01", "A1_", "A10", "A9", "AB", "9", "10", "010", "1A",
    "EURUSD", "EUR_USD", "Z", "a", "b-c", "BRK.B", "É"];
  for (const a of keys) {
    for (const b of keys) {
      assert.equal(Math.sign(inKeyOrder(a, b)), Math.sign(english.compare(a, b)), `${a} and ${b}`);
    }
  }
});

test("many instruments stand in the same order as few", () => {
  const all = new Market();
  for (let index = 150; index > 0; index -= 1) all.define({ key: `ITEM_${index}` });
  const keys = selected(all.all, "", "key", false).map((one) => one.key);
  assert.deepEqual(keys, Array.from({ length: 150 }, (_, index) => `ITEM_${index + 1}`));
  assert.deepEqual(keys.slice().sort(inKeyOrder), keys);
});

test("a canvas is left alone until it has a line, and cleared when it has none any more", () => {
  let asked = 0;
  const pen = new Proxy({}, { get: () => () => {}, set: () => true });
  const canvas = { width: 300, height: 150, getContext: () => {
    asked += 1;
    return pen;
  } };
  drawSpark(canvas, [1], "red");
  assert.deepEqual([asked, canvas.width], [0, 300]);
  drawSpark(canvas, [1, 2], "red");
  assert.deepEqual([asked, canvas.width, canvas.height], [1, 72, 24]);
  drawSpark(canvas, [], "red");
  assert.equal(asked, 2);
});

test("only rows that are seen are made, with some above and below", () => {
  assert.deepEqual(visibleRows(0, 10 * ROW, 1000), [0, 14]);
  assert.deepEqual(visibleRows(500 * ROW, 10 * ROW, 1000), [496, 514]);
  assert.deepEqual(visibleRows(990 * ROW, 10 * ROW, 1000), [986, 1000]);
  assert.deepEqual(visibleRows(0, 10 * ROW, 3), [0, 3]);
  assert.deepEqual(visibleRows(900 * ROW, 10 * ROW, 5), [5, 5]);
});

test("a small line has its lowest price at the bottom", () => {
  assert.deepEqual(sparkPoints([1, 3, 2], 10, 20), [[0, 20], [5, 0], [10, 10]]);
  assert.deepEqual(sparkPoints([2, 2], 10, 20), [[0, 10], [10, 10]]);
  assert.deepEqual(sparkPoints([1], 10, 20), []);
});
