// @ts-check
/** Bars of one instrument and spec: pages of the past and news of the present become one series. */

/**
 * @typedef {object} Bar
 * @property {number} start milliseconds since 1970
 * @property {number} end
 * @property {number} open
 * @property {number} high
 * @property {number} low
 * @property {number} close
 * @property {number} volume
 * @property {number} count
 * @property {string} state `open`, `closed`, `amended` or `void`
 * @property {number} revision
 * @property {number} log which of the logs that this page has seen it is from
 */

/**
 * A bar of `/api/v1/bars`.
 * @param {any} row
 * @param {number} log
 * @returns {Bar}
 */
export function barOfRow(row, log) {
  return {
    start: Date.parse(row.start), end: Date.parse(row.end), open: row.open, high: row.high,
    low: row.low, close: row.close, volume: row.volume, count: row.count, state: row.state,
    revision: row.revision, log,
  };
}

/**
 * A bar of the stream.
 * @param {any} event
 * @param {number} log
 * @returns {Bar}
 */
export function barOfEvent(event, log) {
  return {
    start: Date.parse(event.t), end: Date.parse(event.u), open: event.o, high: event.h,
    low: event.l, close: event.c, volume: event.v ?? 0, count: event.n ?? 0, state: event.st,
    revision: event.rev ?? 0, log,
  };
}

/**
 * Whether a bar says more than another of the same start: one of a newer log does, then one that
 * is closed, then one that was changed later, then one with more ticks.
 * @param {Bar} a
 * @param {Bar} b
 */
export function isNewer(a, b) {
  if (a.log !== b.log) return a.log > b.log;
  const [aOpen, bOpen] = [a.state === "open", b.state === "open"];
  if (aOpen !== bOpen) return bOpen;
  if (!aOpen && a.revision !== b.revision) return a.revision > b.revision;
  return a.count >= b.count;
}

/**
 * Whether two bars of the same start say the same.
 * @param {Bar} a
 * @param {Bar} b
 */
function isSame(a, b) {
  return a.log === b.log && a.state === b.state && a.revision === b.revision &&
    a.count === b.count && a.close === b.close && a.high === b.high && a.low === b.low &&
    a.open === b.open && a.volume === b.volume && a.end === b.end;
}

/** Bars in the order of their starts, each start once. */
export class Series {
  /** @type {Bar[]} */
  bars = [];

  /** @returns {Bar | undefined} */
  get first() {
    return this.bars[0];
  }

  /** @returns {Bar | undefined} */
  get last() {
    return this.bars[this.bars.length - 1];
  }

  /**
   * The index of the first bar that does not begin before a time.
   * @param {number} start
   */
  indexOf(start) {
    let [low, high] = [0, this.bars.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.bars[middle].start < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Takes a bar in.
   * @param {Bar} bar
   * @returns {"last" | "inside" | null} where it went: at the end, anywhere else, or nowhere
   */
  add(bar) {
    if (bar.state === "void") return this.#remove(bar);
    const place = this.indexOf(bar.start);
    const there = this.bars[place];
    if (there && there.start === bar.start) {
      if (!isNewer(bar, there) || isSame(bar, there)) return null;
      this.bars[place] = bar;
    } else if (place === this.bars.length) {
      this.bars.push(bar);
    } else {
      this.bars.splice(place, 0, bar);
    }
    return place === this.bars.length - 1 ? "last" : "inside";
  }

  /** @param {Bar} bar @returns {"inside" | null} */
  #remove(bar) {
    const place = this.indexOf(bar.start);
    const there = this.bars[place];
    if (!there || there.start !== bar.start || there.log > bar.log) return null;
    this.bars.splice(place, 1);
    return "inside";
  }

  /**
   * Takes many bars in.
   * @param {Bar[]} bars
   * @returns {boolean} whether anything is different now
   */
  merge(bars) {
    let isChanged = false;
    const ascending = bars.every((bar, index) => index === 0 || bars[index - 1].start < bar.start);
    const behind = bars[bars.length - 1];
    // A page of the past goes before everything at once.
    if (ascending && behind && this.first && behind.start < this.first.start) {
      const real = bars.filter((bar) => bar.state !== "void");
      this.bars = real.concat(this.bars);
      return real.length > 0;
    }
    for (const bar of bars) isChanged = this.add(bar) !== null || isChanged;
    return isChanged;
  }
}

/** Places without a bar in one hole at most: a longer one is shown as if it had so many. */
export const HOLE_MAX = 240;

/**
 * Starts of bars that are missing between two neighbours, so that a chart leaves room for them.
 * Where a calendar says when there is trade, only what this page knows as lost is a hole.
 * @param {Bar} before
 * @param {Bar} after
 * @param {number | null} seconds of one bar
 * @param {boolean} isContinuous whether there is trade at any time
 * @param {{ from: number, to: number }[]} outages times of which this page knows that it lost them
 * @returns {number[]}
 */
export function holeBetween(before, after, seconds, isContinuous, outages) {
  if (seconds === null || after.start <= before.end) return [];
  const isLost = outages.some((outage) => outage.from < after.start && outage.to > before.end);
  if (!isContinuous && !isLost) return [];
  const step = seconds * 1000;
  const count = Math.min(Math.round((after.start - before.end) / step), HOLE_MAX);
  // The last ones: what follows a long hole stands where it should, next to its neighbours.
  return Array.from({ length: count }, (_, index) => after.start - (count - index) * step);
}

/**
 * Bars with what stands for missing ones between them.
 * @param {Bar[]} bars
 * @param {number | null} seconds
 * @param {boolean} isContinuous
 * @param {{ from: number, to: number }[]} outages
 * @returns {(Bar | { start: number })[]}
 */
export function withHoles(bars, seconds, isContinuous, outages) {
  /** @type {(Bar | { start: number })[]} */
  const all = [];
  bars.forEach((bar, index) => {
    if (index > 0) {
      for (const start of holeBetween(bars[index - 1], bar, seconds, isContinuous, outages)) {
        all.push({ start });
      }
    }
    all.push(bar);
  });
  return all;
}
