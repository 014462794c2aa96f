import assert from "node:assert/strict";
import { test } from "node:test";
import { chartSpecs, daySpec, parseSpec, usualSpec, zoneOf } from "../page/spec.js";

test("specs that time cuts are ordered from short to long, others are left out", () => {
  const specs = chartSpecs(["1d", "100t", "1M", "1m", "5s", "1e6n", "1h@mid", "1w"]);
  assert.deepEqual(specs.map((spec) => spec.text), ["5s", "1m", "1h@mid", "1d", "1w", "1M"]);
  assert.deepEqual(specs.map((spec) => spec.label), ["5s", "1m", "1h mid", "1d", "1w", "1M"]);
});

test("a day has no length in seconds, since it has 23 hours once a year", () => {
  assert.equal(parseSpec("1d").seconds, null);
  assert.equal(parseSpec("4h~XNYS").seconds, 14400);
  assert.equal(parseSpec("4h~XNYS").calendar, "XNYS");
});

test("of two specs with one label each shows its text", () => {
  assert.deepEqual(chartSpecs(["1d", "1d~fx17"]).map((spec) => spec.label), ["1d", "1d~fx17"]);
});

test("a minute is shown first, then what comes nearest", () => {
  assert.equal(usualSpec(chartSpecs(["1s", "1m", "1h"]))?.text, "1m");
  assert.equal(usualSpec(chartSpecs(["1s", "5m"]))?.text, "5m");
  assert.equal(usualSpec(chartSpecs(["1s"]))?.text, "1s");
  assert.equal(usualSpec([]), null);
  assert.equal(daySpec(chartSpecs(["1h", "1d@mid", "1d~fx17"]))?.text, "1d~fx17");
  assert.equal(daySpec(chartSpecs(["1h"])), null);
});

test("calendars name their zones", () => {
  assert.equal(zoneOf("fx17"), "America/New_York");
  assert.equal(zoneOf("Asia/Tehran+17:00"), "Asia/Tehran");
  assert.equal(zoneOf("utc+22:00"), "UTC");
  assert.equal(zoneOf("No/Where"), null);
  assert.equal(zoneOf("own"), null);
  assert.equal(zoneOf(null), null);
});
