// @ts-check
/** The bars of one chart: pages of the past from REST, what happens now from the stream. */
import { part, subjectToken } from "./api.js";
import { barOfEvent, barOfRow, Series } from "./series.js";

/** @typedef {import("./series.js").Bar} Bar */
/** @typedef {import("./spec.js").Spec} Spec */

/** Bars of one page of the past. */
const PAGE = 500;
/** Pages that are fetched behind a lost connection; what is more stays as it is until it is scrolled to. */
const PAGES_MAX = 20;

/**
 * @typedef {object} BarHeard
 * @property {(change: "all" | "last") => void} changed
 * @property {(state: { busy: boolean, error: Error | null }) => void} state
 */

/** Where bars of one instrument and spec come from. */
export class BarFeed {
  series = new Series();
  /**
   * Times of which bars may have been lost.
   * @type {{ from: number, to: number }[]}
   */
  outages = [];
  /** Nothing older is there. */
  isWhole = false;
  #api;
  #client;
  #heard;
  #now;
  /** @type {import("./tickwire.js").Subscription} */ #subscription;
  /** @type {string | null} */ #epoch = null;
  /** Counts the logs that this page has seen. */
  #log = 0;
  #isLoaded = false;
  #isLoading = false;
  /** Something has happened since the question that is being answered. */
  #isBehind = false;
  #isFetchingOlder = false;
  #isOver = false;
  /** @type {number | null} */ #lostAt = null;
  /** @type {(() => void)[]} */ #ends = [];

  /**
   * @param {{ api: import("./api.js").Api, client: import("./tickwire.js").Client, now?: () => number }} world
   * @param {string} symbol
   * @param {Spec} spec
   * @param {BarHeard} heard
   */
  constructor(world, symbol, spec, heard) {
    this.#api = world.api;
    this.#client = world.client;
    this.#now = world.now ?? (() => Date.now());
    this.#heard = heard;
    this.symbol = symbol;
    this.spec = spec;
    this.subject = `bar.${subjectToken(symbol)}.${subjectToken(spec.text)}`;
    this.#subscription = this.#client.subscribe(
      this.subject, { from: "snapshot", resume: "snapshot" });
    this.#ends.push(
      this.#client.on("lost", () => {
        this.#lostAt ??= this.#now();
      }),
      this.#subscription.on("subscribed", (granted) => this.#begun(granted)),
      this.#subscription.on("events", (events) => this.#take(events)),
      this.#subscription.on("gap", () => void this.#load()),
      this.#subscription.on("end", (error) => {
        if (error) this.#heard.state({ busy: false, error });
      }));
    // Not only when the stream has begun: what is there can be shown before. What happens between
    // the two is asked for then.
    void this.#load();
  }

  /** The query behind what is shown. */
  get path() {
    return `bars/${part(this.symbol)}/${part(this.spec.text)}`;
  }

  close() {
    this.#isOver = true;
    for (const end of this.#ends) end();
    this.#subscription.close();
  }

  /** Asks again after a failure. */
  retry() {
    return this.#load();
  }

  /** @param {any} granted */
  #begun(granted) {
    if (this.#epoch !== null && granted.epoch !== this.#epoch) {
      // Another log: it may know less than this page, and what it knows counts.
      this.#log += 1;
      this.isWhole = false;
    }
    this.#epoch = granted.epoch;
    if (this.#lostAt !== null) {
      this.outages.push({ from: this.#lostAt, to: this.#now() });
      this.#lostAt = null;
    }
    void this.#load();
  }

  /** @param {any[]} events */
  #take(events) {
    /** @type {"last" | "all" | null} */ let change = null;
    for (const event of events) {
      if (event.T !== "bar") continue;
      const before = this.series.bars.length;
      const place = this.series.add(barOfEvent(event, this.#log));
      if (place === null) continue;
      const isNext = place === "last" && (before === this.series.bars.length ||
        before + 1 === this.series.bars.length);
      change = isNext && change !== "all" ? "last" : "all";
    }
    if (change && this.#isLoaded) this.#heard.changed(change);
  }

  /** The newest page, or everything since the last bar that is known; one question at a time. */
  async #load() {
    this.#isBehind = true;
    if (this.#isLoading) return;
    this.#isLoading = true;
    while (this.#isBehind && !this.#isOver) {
      this.#isBehind = false;
      const log = this.#log;
      if (!this.#isLoaded) this.#heard.state({ busy: true, error: null });
      try {
        const isChanged = await this.#read(log);
        if (this.#isOver || log !== this.#log) continue;
        const isFirst = !this.#isLoaded;
        this.#isLoaded = true;
        this.#heard.state({ busy: false, error: null });
        if (isFirst || isChanged) this.#heard.changed("all");
      } catch (error) {
        if (this.#isOver || log !== this.#log) continue;
        this.#isLoaded = this.series.bars.length > 0;
        this.#heard.state({ busy: false, error: /** @type {Error} */ (error) });
        if (this.#isLoaded) this.#heard.changed("all");
      }
    }
    this.#isLoading = false;
  }

  /** @param {number} log @returns {Promise<boolean>} whether anything is different now */
  async #read(log) {
    let isChanged = false;
    const since = this.#isLoaded ? this.series.last?.start : undefined;
    let from = since === undefined ? undefined : new Date(since).toISOString();
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await this.#api.get(
        this.path, from === undefined ? { countback: PAGE } : { from, limit: 1000 });
      if (this.#isOver || log !== this.#log) return isChanged;
      const rows = answer.bars.map((/** @type {any} */ row) => barOfRow(row, log));
      isChanged = this.series.merge(rows) || isChanged;
      if (from === undefined) this.isWhole = answer.bars.length < PAGE;
      if (from === undefined || !answer.next) return isChanged;
      from = new Date(Date.parse(answer.next) + 1).toISOString();
    }
    return isChanged;
  }

  /**
   * Fetches the page before what is there.
   * @returns {Promise<boolean>} whether there was more
   */
  async older() {
    const first = this.series.first;
    if (!first || this.isWhole || this.#isFetchingOlder || !this.#isLoaded) return false;
    this.#isFetchingOlder = true;
    const log = this.#log;
    try {
      const answer = await this.#api.get(
        this.path, { to: new Date(first.start).toISOString(), countback: PAGE });
      if (this.#isOver || log !== this.#log) return false;
      const isMore = this.series.merge(
        answer.bars.map((/** @type {any} */ row) => barOfRow(row, log)));
      this.isWhole = answer.bars.length < PAGE;
      if (isMore) this.#heard.changed("all");
      return isMore;
    } catch (error) {
      this.#heard.state({ busy: false, error: /** @type {Error} */ (error) });
      return false;
    } finally {
      this.#isFetchingOlder = false;
    }
  }
}
