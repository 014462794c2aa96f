// @ts-check
/** What is known of every instrument now. */

/** Samples of the line beside an instrument. */
export const SAMPLES = 60;
const CONFLATED = 8;
const SNAPSHOT = 16;

/** One instrument. */
export class Quoted {
  /**
   * @param {any} row of `/api/v1/instruments`, or as much of it as is known
   * @param {number} index
   */
  constructor(row, index) {
    this.key = /** @type {string} */ (row.key);
    this.index = index;
    this.search = "";
    this.describe(row);
    /** @type {number | null} */ this.last = null;
    /** @type {number | null} */ this.size = null;
    /** @type {number | null} */ this.lastTime = null;
    /** @type {number | null} */ this.bid = null;
    /** @type {number | null} */ this.ask = null;
    /** Against which price it has changed: the open of its day, or the first that was seen. */
    /** @type {number | null} */ this.reference = null;
    this.isDay = false;
    /** @type {{ open: number, high: number, low: number, volume: number } | null} */ this.day = null;
    /** Direction of the newest move: 1, -1 or 0. */
    this.move = 0;
    /** @type {number[]} */ this.samples = [];
    this.isSeeded = false;
    /** Grows with every change, so that who has drawn it knows whether to do so again. */
    this.version = 0;
  }

  /** @param {any} row */
  describe(row) {
    this.name = row.name ?? "";
    this.venue = row.venue ?? "";
    this.precision = row.price_precision ?? 2;
    this.sizePrecision = row.size_precision ?? 0;
    this.currency = row.currency ?? "";
    this.calendar = row.calendar ?? null;
    this.search = `${this.key} ${this.name}`.toLowerCase();
  }

  /** The newest price: of a trade, else halfway between bid and ask. */
  get price() {
    if (this.last !== null) return this.last;
    return this.bid !== null && this.ask !== null ? (this.bid + this.ask) / 2 : null;
  }

  /** How much that is above its reference, as a ratio. */
  get change() {
    const price = this.price;
    return price === null || !this.reference ? null : price / this.reference - 1;
  }
}

/** All instruments, kept up by events. */
export class Market {
  /** @type {Map<string, Quoted>} */
  #byKey = new Map();
  /**
   * In the order of their ids.
   * @type {Quoted[]}
   */
  all = [];
  /**
   * Instruments that have changed since `settle`.
   * @type {Set<Quoted>}
   */
  #dirty = new Set();
  /** Events taken in. */
  events = 0;
  /**
   * When the newest event happened.
   * @type {number | null}
   */
  newest = null;

  /** @param {string} key @returns {Quoted | undefined} */
  find(key) {
    return this.#byKey.get(key);
  }

  /** @param {any} row @returns {Quoted} */
  define(row) {
    let instrument = this.#byKey.get(row.key);
    if (instrument) {
      instrument.describe(row);
      instrument.version += 1;
    } else {
      instrument = new Quoted(row, this.all.length);
      this.#byKey.set(row.key, instrument);
      this.all.push(instrument);
    }
    this.#dirty.add(instrument);
    return instrument;
  }

  /** @param {any[]} events of the stream */
  take(events) {
    for (const event of events) {
      if (event.S === undefined) continue;
      const instrument = this.#byKey.get(event.S) ?? this.define({ key: event.S });
      if (event.T === "trade") this.#trade(instrument, event);
      else if (event.T === "quote") this.#quote(instrument, event);
      else if (event.T === "bar") this.#day(instrument, event);
      else continue;
      this.events += event.m?.n ?? 1;
      instrument.version += 1;
      this.#dirty.add(instrument);
    }
  }

  /** @param {Quoted} instrument @param {any} event */
  #trade(instrument, event) {
    const before = instrument.last;
    instrument.last = event.p;
    instrument.size = event.s ?? null;
    if (before !== null && before !== event.p) instrument.move = event.p > before ? 1 : -1;
    const at = Date.parse(event.t);
    instrument.lastTime = at;
    if (((event.f ?? 0) & SNAPSHOT) === 0) this.newest = Math.max(this.newest ?? 0, at);
    instrument.reference ??= event.p;
    this.#sample(instrument, event.p);
    const range = ((event.f ?? 0) & CONFLATED) !== 0 ? event.m : null;
    if (instrument.day) {
      instrument.day.high = Math.max(instrument.day.high, range?.h ?? event.p);
      instrument.day.low = Math.min(instrument.day.low, range?.l ?? event.p);
    }
  }

  /** @param {Quoted} instrument @param {any} event */
  #quote(instrument, event) {
    instrument.bid = event.bp ?? null;
    instrument.ask = event.ap ?? null;
    if (instrument.last === null && instrument.price !== null) {
      instrument.reference ??= instrument.price;
      this.#sample(instrument, instrument.price);
    }
    if (((event.f ?? 0) & SNAPSHOT) === 0) {
      this.newest = Math.max(this.newest ?? 0, Date.parse(event.t));
    }
  }

  /**
   * The bar of a day says where its instrument began.
   * @param {Quoted} instrument
   * @param {any} event
   */
  #day(instrument, event) {
    if (event.st === "void") return;
    instrument.day = { open: event.o, high: event.h, low: event.l, volume: event.v ?? 0 };
    instrument.reference = event.o;
    instrument.isDay = true;
  }

  /** @param {Quoted} instrument @param {number} price */
  #sample(instrument, price) {
    instrument.samples.push(price);
    if (instrument.samples.length > SAMPLES) instrument.samples.shift();
  }

  /**
   * Puts prices of the past before what was seen.
   * @param {Quoted} instrument
   * @param {number[]} prices
   */
  seed(instrument, prices) {
    instrument.samples = prices.concat(instrument.samples).slice(-SAMPLES);
    instrument.version += 1;
    this.#dirty.add(instrument);
  }

  /**
   * What has changed since the last call.
   * @returns {Set<Quoted>}
   */
  settle() {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    return dirty;
  }
}

/** So many keys are put in order without a collator: it is quicker, but takes time to be made. */
const FEW = 100;
/** Keys whose order in English is simple, and their parts: numbers, and other characters each. */
const PLAIN = /^[A-Z0-9_]*$/;
const PARTS = /\d+|\D/g;
/** @type {Intl.Collator | null} */
let collator = null;

/** @param {string} a @param {string} b */
function inLanguageOrder(a, b) {
  collator ??= new Intl.Collator("en", { numeric: true });
  return collator.compare(a, b);
}

/**
 * ITEM_9 before ITEM_10, and otherwise as English has it.
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
export function inKeyOrder(a, b) {
  if (!PLAIN.test(a) || !PLAIN.test(b)) return inLanguageOrder(a, b);
  const [left, right] = [a.match(PARTS) ?? [], b.match(PARTS) ?? []];
  const place = left.findIndex((part, index) => !right[index] || compareParts(part, right[index]) !== 0);
  if (place < 0) return left.length - right.length;
  return right[place] ? compareParts(left[place], right[place]) : 1;
}

/** @param {string} a @param {string} b */
function compareParts(a, b) {
  // The underscore, then numbers, then letters.
  const rank = (/** @type {string} */ part) => part === "_" ? 0 : part > "9~" ? part.charCodeAt(0) : 1;
  if (rank(a) !== 1 || rank(b) !== 1) return rank(a) - rank(b);
  const [x, y] = [a, b].map((part) => part.replace(/^0+/, ""));
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}

/** @typedef {"key" | "price" | "change" | "volume"} SortKey */

/**
 * Instruments that match a text, in an order. Those without a value come last either way.
 * @param {Quoted[]} all
 * @param {string} text
 * @param {SortKey} key
 * @param {boolean} isDescending
 * @returns {Quoted[]}
 */
export function selected(all, text, key, isDescending) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0
    ? all.slice() : all.filter((one) => words.every((word) => one.search.includes(word)));
  const sign = isDescending ? -1 : 1;
  if (key === "key") {
    const compare = found.length <= FEW ? inKeyOrder : inLanguageOrder;
    found.sort((a, b) => sign * compare(a.key, b.key));
    return found;
  }
  const value = (/** @type {Quoted} */ one) =>
    key === "volume" ? one.day?.volume ?? null : key === "price" ? one.price : one.change;
  const values = new Map(found.map((one) => [one, value(one)]));
  found.sort((a, b) => {
    const [x, y] = [values.get(a) ?? null, values.get(b) ?? null];
    if (x === null || y === null) return x === y ? a.index - b.index : x === null ? 1 : -1;
    return sign * (x - y) || a.index - b.index;
  });
  return found;
}
