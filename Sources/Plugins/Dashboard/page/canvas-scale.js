// @ts-check
/** Arithmetic of the plain chart and of the figures of operations. */

/** @typedef {import("./series.js").Bar} Bar */

/** @param {(Bar | { start: number })[]} items @returns {Bar[]} */
export function holeFree(items) {
  return /** @type {Bar[]} */ (items.filter((item) => "open" in item));
}

/**
 * From the lowest to the highest price, never nothing.
 * @param {Bar[]} bars
 * @returns {[number, number]}
 */
export function priceRange(bars) {
  let [low, high] = [Infinity, -Infinity];
  for (const bar of bars) {
    low = Math.min(low, bar.low);
    high = Math.max(high, bar.high);
  }
  if (high > low) return [low, high];
  const margin = Math.abs(high) * 0.001 || 1;
  return [low - margin, high + margin];
}

/**
 * Round values between two others, about so many.
 * @param {number} low @param {number} high @param {number} count
 * @returns {number[]}
 */
export function niceSteps(low, high, count) {
  if (!(high > low)) return [];
  const rough = (high - low) / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((one) => one >= rough * 0.999) ?? size;
  const steps = [];
  for (let place = Math.ceil(low / step); place * step <= high; place += 1) {
    // Of 3 × 0.1 no more is kept than was meant.
    steps.push(Number((place * step).toPrecision(12)));
  }
  return steps;
}
