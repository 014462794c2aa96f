import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../page/format.js";
import { axisLabel } from "../page/axis.js";
import { parseSpec } from "../page/spec.js";

test("prices have the decimals of their instrument, thousands are in groups", () => {
  assert.equal(format.fixed(1.5, 5), "1.50000");
  assert.equal(format.fixed(1234567.891, 2), "1,234,567.89");
  assert.equal(format.fixed(0.1 + 0.2, 9), "0.300000000");
  for (const none of [null, undefined, NaN, Infinity]) assert.equal(format.fixed(none, 2), format.NONE);
});

test("a number is written as the browser would in English, halves away from zero", () => {
  const values = [0, -0, 0.5, 1.5, -2.5, 0.05, 1.005, 999.5, 1e21, 5e-7, -0.001, 1.09505, 12345678.9];
  for (const value of values) {
    for (const places of [0, 1, 2, 4, 9]) {
      const written = new Intl.NumberFormat(
        "en", { minimumFractionDigits: places, maximumFractionDigits: places }).format(value);
      assert.equal(format.fixed(value, places), written, `${value} with ${places}`);
    }
  }
});

test("a change has its sign, and none when it rounds to nothing", () => {
  assert.equal(format.percent(0.0123), "+1.23 %");
  assert.equal(format.percent(-0.0123), "−1.23 %");
  assert.equal(format.percent(-0.000001), "0.00 %");
  assert.equal(format.percent(null), format.NONE);
});

test("counts, bytes and durations are short and in their largest units", () => {
  const counts = [[0, "0"], [0.5, "0.5"], [999, "999"], [999.6, "1.00k"], [12_345, "12.3k"],
    [4_560_000, "4.56M"], [999_600, "1.00M"], [-12_345, "-12.3k"], [7.5e15, "7500T"]];
  for (const [value, text] of counts) assert.equal(format.compact(value), text, String(value));
  assert.equal(format.bytes(0), "0 B");
  assert.equal(format.bytes(1536), "1.5 KiB");
  assert.equal(format.bytes(200 * 1024 ** 2), "200 MiB");
  const spans = [[0.4, "400 µs"], [5.25, "5.3 ms"], [12.4, "12 ms"], [3200, "3.2 s"],
    [59_960, "1m"], [250_000, "4m 10s"], [3_600_000, "1h"], [187_200_000, "2d 4h"]];
  for (const [ms, text] of spans) assert.equal(format.duration(ms), text, String(ms));
});

test("a time of the API is milliseconds, and one that says never is nothing", () => {
  assert.equal(format.instant("2026-01-05T09:00:00.123456789Z"), Date.UTC(2026, 0, 5, 9, 0, 0, 123));
  assert.equal(format.instant("1677-09-21T00:12:43.145224192Z"), null);
  assert.equal(format.instant(null), null);
  assert.equal(format.instant(1_700_000_000_000_000_000), 1_700_000_000_000);
});

test("a time of the day is that of the viewer, as the browser would write it", () => {
  for (const ms of [0, Date.UTC(2026, 0, 5, 9, 5, 7), Date.UTC(2026, 6, 6, 23, 59, 59)]) {
    assert.equal(format.time(ms), new Date(ms).toLocaleTimeString("en-GB"));
    assert.equal(format.shortTime(ms), new Date(ms).toLocaleTimeString("en-GB").slice(0, 5));
  }
});

test("the time at the exchange follows its summer time", () => {
  const winter = Date.UTC(2026, 0, 5, 14, 30);
  const summer = Date.UTC(2026, 6, 6, 13, 30);
  assert.equal(format.time(winter, "America/New_York"), "09:30:00");
  assert.equal(format.time(summer, "America/New_York"), "09:30:00");
  assert.match(format.bothZones(winter, "America/New_York"), /\n.*09:30:00.*\(America\/New_York\)$/);
});

test("a day's label is its date at the exchange, though its session begins the evening before", () => {
  const spec = parseSpec("1d~fx17");
  const zone = "America/New_York";
  // Monday's session begins on Sunday at 17:00 in New York, in winter and in summer.
  assert.equal(axisLabel(Date.UTC(2026, 2, 1, 22), 2, spec, zone), "2 Mar");
  assert.equal(axisLabel(Date.UTC(2026, 2, 8, 21), 2, spec, zone), "9 Mar");
  assert.equal(axisLabel(Date.UTC(2026, 2, 2), 2, parseSpec("1d"), null), "2 Mar");
  assert.equal(axisLabel(Date.UTC(2026, 2, 1, 22), 5, spec, zone), "2 Mar 2026");
});
