// @ts-check
/** What stands along the axis of time. */
import { day, moment, month, shortTime, time } from "./format.js";

const HALF_DAY = 43_200_000;

/**
 * A label: in the viewer's zone; of a day or longer the date that it has at its exchange.
 * @param {number} ms the start of a bar
 * @param {number} kind 0 a year begins, 1 a month, 2 a day, 3 a time, 4 with seconds, 5 as a whole
 * @param {import("./spec.js").Spec | null} spec
 * @param {string | null} zone of the exchange
 */
export function axisLabel(ms, kind, spec, zone) {
  if (spec?.isLong) {
    // A session that begins in the evening is that of the day that follows.
    const [middle, there] = [ms + HALF_DAY, zone ?? "UTC"];
    if (kind === 0) return new Intl.DateTimeFormat("en", { year: "numeric", timeZone: there }).format(middle);
    if (kind === 1) return month(middle, there);
    if (kind === 5) return `${day(middle, there)} ${new Date(middle).getUTCFullYear()}`;
    return day(middle, there);
  }
  switch (kind) {
    case 0: case 1: case 2:
      // A day of the axis begins at 00:00 UTC, which is some other time for most viewers.
      return shortTime(ms) === "00:00" ? day(ms) : `${day(ms)} ${shortTime(ms)}`;
    case 4: return time(ms);
    case 5: return moment(ms);
    default: return shortTime(ms);
  }
}
