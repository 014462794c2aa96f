// @ts-check
/** Bar specs: `5m`, `1d~fx17`, `1h@mid` (docs/subjects.md). */

/**
 * @typedef {object} Spec
 * @property {string} text as the engine writes it
 * @property {string} label for people
 * @property {number | null} seconds of one bar where that is always the same
 * @property {boolean} isTime whether time cuts its bars
 * @property {number} order from short to long
 * @property {string | null} calendar
 * @property {boolean} isLong a day or longer
 */

/** @type {Record<string, number>} */
const UNITS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2_629_746 };

/**
 * @param {string} text
 * @returns {Spec}
 */
export function parseSpec(text) {
  const found = /^(\d+)([smhdwM])(@[a-z]+)?(?:~(.+))?$/.exec(text);
  if (!found) {
    return {
      text, label: text, seconds: null, isTime: false, order: Infinity, calendar: null,
      isLong: false,
    };
  }
  const [, count, unit, price, calendar] = found;
  const order = Number(count) * UNITS[unit];
  const isLong = order >= 86400;
  return {
    text, label: `${count}${unit}${price ? ` ${price.slice(1)}` : ""}`,
    // A day of a calendar has 23 hours twice a year, or a session's: nothing is filled in there.
    seconds: isLong ? null : order, isTime: true, order, calendar: calendar ?? null, isLong,
  };
}

/**
 * Specs that a chart of time shows, short ones first; of two with one label both keep their text.
 * @param {string[]} texts
 * @returns {Spec[]}
 */
export function chartSpecs(texts) {
  const specs = texts.map(parseSpec).filter((spec) => spec.isTime);
  specs.sort((a, b) => a.order - b.order || a.text.localeCompare(b.text));
  const labels = specs.map((spec) => spec.label);
  return specs.map((spec) =>
    labels.filter((label) => label === spec.label).length > 1 ? { ...spec, label: spec.text } : spec);
}

/**
 * The spec whose bar says how a day has gone: the one nearest to a day.
 * @param {Spec[]} specs
 * @returns {Spec | null}
 */
export function daySpec(specs) {
  const plain = specs.filter((spec) => !spec.text.includes("@"));
  return plain.find((spec) => spec.order === 86400) ?? null;
}

/**
 * What a chart shows first: a minute where there is one.
 * @param {Spec[]} specs
 * @returns {Spec | null}
 */
export function usualSpec(specs) {
  return specs.find((spec) => spec.text === "1m") ??
    specs.find((spec) => spec.order >= 60) ?? specs[0] ?? null;
}

/**
 * The time zone of a calendar; null for one that only its configuration knows.
 * @param {string | null | undefined} calendar
 * @returns {string | null}
 */
export function zoneOf(calendar) {
  if (!calendar) return null;
  if (["fx17", "XNYS", "XNAS"].includes(calendar)) return "America/New_York";
  const zone = calendar.replace(/\+\d\d:\d\d$/, "");
  if (zone === "utc" || zone === "uniform") return "UTC";
  if (!zone.includes("/")) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return null;
  }
}
