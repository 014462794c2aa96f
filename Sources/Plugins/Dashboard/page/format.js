// @ts-check
/** Numbers and times as people read them. */

/** @type {Map<number, Intl.NumberFormat>} */
const decimals = new Map();

/** Where a comma goes. */
const GROUPS = /\B(?=(?:\d{3})+$)/g;

/** What stands for a value that is not known. */
export const NONE = "–";

/**
 * Rounds as people do, half away from zero.
 * @param {string} plain digits of a number that is not negative
 * @param {number} places
 */
function rounded(plain, places) {
  const [whole, rest = ""] = plain.split(".");
  if (rest.length <= places) return places === 0 ? whole : `${whole}.${rest.padEnd(places, "0")}`;
  // A half is often a little less than that in binary.
  const isHalf = rest.length === places + 1 && rest.endsWith("5");
  return Number(isHalf ? `${whole}.${rest.slice(0, -1)}6` : plain).toFixed(places);
}

/**
 * A number with so many decimals, thousands in groups. Written here: the browser's own way takes
 * some milliseconds to begin, when nothing is seen yet.
 * @param {number | null | undefined} value
 * @param {number} places
 * @returns {string}
 */
export function fixed(value, places) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const plain = String(Math.abs(value));
  if (!plain.includes("e")) {
    const sign = value < 0 || Object.is(value, -0) ? "-" : "";
    const [whole, rest] = rounded(plain, places).split(".");
    return `${sign}${whole.replace(GROUPS, ",")}${rest === undefined ? "" : `.${rest}`}`;
  }
  let format = decimals.get(places);
  if (!format) {
    format = new Intl.NumberFormat("en", {
      minimumFractionDigits: places, maximumFractionDigits: places,
    });
    decimals.set(places, format);
  }
  return format.format(value);
}

/**
 * A change in percent with its sign; a change that rounds to nothing has none.
 * @param {number | null | undefined} ratio
 * @returns {string}
 */
export function percent(ratio) {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return NONE;
  const text = fixed(Math.abs(ratio * 100), 2);
  if (Number(text) === 0) return `${text} %`;
  return `${ratio > 0 ? "+" : "−"}${text} %`;
}

/**
 * A count in at most four digits: 999, 12.3k, 4.56M.
 * @param {number | null | undefined} value
 * @returns {string}
 */
export function compact(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size < 999.5) return size < 10 && size % 1 !== 0 ? value.toFixed(1) : String(Math.round(value));
  for (const [unit, letter] of /** @type {[number, string][]} */ (
    [[1e3, "k"], [1e6, "M"], [1e9, "G"], [1e12, "T"]])) {
    const part = value / unit;
    if (Math.abs(part) < 999.5 || letter === "T") {
      return part.toFixed(Math.abs(part) < 10 ? 2 : Math.abs(part) < 100 ? 1 : 0) + letter;
    }
  }
  return NONE;
}

/**
 * @param {number | null | undefined} count
 * @returns {string}
 */
export function bytes(count) {
  if (count === null || count === undefined || !Number.isFinite(count)) return NONE;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let place = 0;
  let size = count;
  while (size >= 1024 && place < units.length - 1) {
    size /= 1024;
    place += 1;
  }
  return `${place === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[place]}`;
}

/**
 * A duration in its two largest units: 850 µs, 12 ms, 3.2 s, 4m 10s, 2d 3h.
 * @param {number | null | undefined} ms
 * @returns {string}
 */
export function duration(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return NONE;
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  /** @type {[number, string][]} */
  const units = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
  const first = units.findIndex(([size]) => seconds >= size);
  const [size, letter] = units[first];
  const rest = Math.floor((seconds % size) / (units[first + 1]?.[0] ?? 1));
  return `${Math.floor(seconds / size)}${letter}` +
    (units[first + 1] && rest > 0 ? ` ${rest}${units[first + 1][1]}` : "");
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/**
 * @param {string} name
 * @param {string | undefined} zone
 * @param {Intl.DateTimeFormatOptions} options
 */
function clock(name, zone, options) {
  const key = `${name} ${zone ?? ""}`;
  let format = clocks.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", timeZone: zone, ...options });
    clocks.set(key, format);
  }
  return format;
}

/**
 * Hours, minutes and seconds in the viewer's zone, or the first of them: without the browser's own
 * way, which takes 10 ms to begin.
 * @param {number} ms
 * @param {number} count
 */
function digits(ms, count) {
  const at = new Date(ms);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].slice(0, count)
    .map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * Hours, minutes and seconds; in the viewer's zone unless another is named.
 * @param {number} ms since 1970
 * @param {string} [zone]
 */
export function time(ms, zone) {
  if (zone === undefined) return digits(ms, 3);
  return clock("time", zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
}

/** @param {number} ms @param {string} [zone] */
export function shortTime(ms, zone) {
  if (zone === undefined) return digits(ms, 2);
  return clock("short", zone, { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** @param {number} ms @param {string} [zone] */
export function day(ms, zone) {
  return clock("day", zone, { day: "numeric", month: "short" }).format(ms);
}

/** @param {number} ms @param {string} [zone] */
export function month(ms, zone) {
  return clock("month", zone, { month: "short", year: "numeric" }).format(ms);
}

/**
 * A moment as a whole, with the name of its zone.
 * @param {number} ms
 * @param {string} [zone]
 */
export function moment(ms, zone) {
  return clock("moment", zone, {
    weekday: "short", day: "2-digit", month: "short", year: "numeric",
    hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
  }).format(ms);
}

/**
 * A moment for the viewer, and for people at the exchange where that is another zone.
 * @param {number} ms
 * @param {string | null} zone the exchange's
 */
export function bothZones(ms, zone) {
  const here = moment(ms);
  return zone === null ? here : `${here}\n${moment(ms, zone)} (${zone})`;
}

/**
 * Milliseconds of a time of the API; null for one that says "never".
 * @param {string | number | null | undefined} text
 * @returns {number | null}
 */
export function instant(text) {
  if (text === null || text === undefined || text === "") return null;
  const ms = typeof text === "number" ? text / 1e6 : Date.parse(text);
  // The oldest time that the engine can say stands for none.
  return Number.isFinite(ms) && ms > -62e11 ? ms : null;
}
