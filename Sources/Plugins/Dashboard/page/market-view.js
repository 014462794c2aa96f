// @ts-check
/** Instruments and the chart of one of them. */
import { ChartPanel } from "./chart-panel.js";
import { byId, setText } from "./dom.js";
import { InstrumentList } from "./list.js";
import { selected } from "./market.js";
import { queryButton } from "./query.js";
import { usualSpec } from "./spec.js";
import { part } from "./api.js";

/** @typedef {import("./market.js").Quoted} Quoted */
/** @typedef {import("./market.js").SortKey} SortKey */
/** @typedef {import("./spec.js").Spec} Spec */

/** Sorting by what changes all the time: not more often than people can follow. */
const RESORT_MS = 2000;
/** Requests for the lines of instruments at a time. */
const SEEDS_AT_ONCE = 4;

export class MarketView {
  #world;
  #list;
  #panel;
  /** @type {Spec[]} */ #specs = [];
  /** @type {SortKey} */ #key = "key";
  #isDescending = false;
  #text = "";
  #sortedAt = 0;
  #shownCount = -1;
  /** @type {{ symbol: string | null, spec: string | null }} */ #wanted = { symbol: null, spec: null };
  /** @type {Quoted[]} */ #seeds = [];
  #seeding = 0;
  #isVisible = true;

  /** @param {import("./world.js").World} world @param {(symbol: string, spec: string | null) => void} go */
  constructor(world, go) {
    this.#world = world;
    this.#list = new InstrumentList(byId("list"), {
      frames: world.frames,
      colours: () => ({
        up: world.theme.colour("up"), down: world.theme.colour("down"),
        flat: world.theme.colour("muted"),
      }),
      chosen: (instrument) => go(instrument.key, this.#wanted.spec),
      seen: (instruments) => this.#seen(instruments),
    });
    this.#panel = new ChartPanel(world, (spec) => {
      const symbol = this.#wanted.symbol ?? this.#first?.key;
      if (symbol) go(symbol, spec.text);
    });
    world.theme.on(() => this.#list.refresh());
    const search = /** @type {HTMLInputElement} */ (byId("search"));
    search.addEventListener("input", () => {
      this.#text = search.value;
      this.#sort();
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        search.value = "";
        this.#text = "";
        this.#sort();
      } else if (event.key === "ArrowDown" || event.key === "Enter") {
        event.preventDefault();
        byId("list").focus();
      }
    });
    byId("list-head").addEventListener("click", (event) => {
      const key = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.sort;
      if (key) this.#sortBy(/** @type {SortKey} */ (key));
    });
    byId("list-query").append(queryButton(() => ({
      title: "Instruments", url: world.api.url("instruments", { limit: 1000 }),
      subscribe: { subjects: ["trade.*", "quote.*"], policy: "conflate", rate: "250ms", from: "snapshot" },
    }), world.queries));
  }

  get inspection() {
    return this.#panel.inspection;
  }

  /** @returns {Quoted | undefined} */
  get #first() {
    return selected(this.#world.market.all, "", "key", false)[0];
  }

  /** @param {Spec[]} specs */
  offer(specs) {
    const isSame = specs.map((one) => one.text).join() === this.#specs.map((one) => one.text).join();
    if (isSame && specs.length > 0) return;
    this.#specs = specs;
    this.#panel.offer(specs);
    this.#open();
  }

  /**
   * What the address of the page names.
   * @param {string | null} symbol
   * @param {string | null} spec
   */
  want(symbol, spec) {
    this.#wanted = { symbol, spec: spec ?? this.#wanted.spec };
    this.#open();
  }

  /** @param {boolean} isVisible */
  show(isVisible) {
    this.#isVisible = isVisible;
    if (isVisible) this.#list.ask();
  }

  #open() {
    const symbol = this.#wanted.symbol;
    const instrument = symbol === null ? this.#first : this.#world.market.find(symbol);
    if (!instrument) {
      const isKnown = symbol === null || this.#world.market.all.length === 0;
      setText(byId("chart-symbol"), isKnown ? "" : `There is no instrument "${symbol}"`);
      return;
    }
    const spec = this.#specs.find((one) => one.text === this.#wanted.spec) ?? usualSpec(this.#specs);
    this.#panel.open(instrument, spec);
    this.#list.choose(instrument.key);
  }

  /** Which plugins there are is known, and the first picture was painted. */
  known() {
    this.#panel.known();
    this.#seed();
  }

  /** The specs or instruments are known now. */
  arrived() {
    this.#open();
    if (this.#world.market.all.length === 0) this.#panel.settle();
    this.#sort();
    this.#list.reveal();
  }

  /**
   * What has changed.
   * @param {Set<Quoted>} changed
   * @param {number} now
   */
  changed(changed, now) {
    const count = this.#world.market.all.length;
    const isNew = count !== this.#shownCount;
    if (isNew || (this.#key !== "key" && now - this.#sortedAt > RESORT_MS)) this.#sort(now);
    if (isNew) this.#open();
    if (!this.#isVisible) return;
    this.#list.ask();
    const shown = this.#panel.instrument;
    if (shown && changed.has(shown)) this.#panel.refresh();
  }

  /** @param {any} event */
  alert(event) {
    this.#panel.alert(event);
  }

  /** @param {SortKey} key */
  #sortBy(key) {
    this.#isDescending = this.#key === key ? !this.#isDescending : key !== "key";
    this.#key = key;
    for (const head of byId("list-head").querySelectorAll("[role=columnheader]")) {
      const button = head.querySelector("button");
      const isThis = button?.dataset.sort === key;
      if (isThis) head.setAttribute("aria-sort", this.#isDescending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    this.#sort();
  }

  #sort(now = performance.now()) {
    const all = this.#world.market.all;
    this.#sortedAt = now;
    this.#shownCount = all.length;
    const found = selected(all, this.#text, this.#key, this.#isDescending);
    this.#list.show(found);
    setText(byId("list-count"),
      found.length === all.length ? `${all.length}` : `${found.length} of ${all.length}`);
    const empty = byId("list-empty");
    empty.hidden = found.length > 0;
    setText(empty, all.length === 0
      ? "No instruments yet: start a plugin that brings ticks, such as a generator or a replay."
      : `Nothing matches "${this.#text}". Press Escape to see all.`);
  }

  // MARK: Lines of the past

  /** @param {Quoted[]} instruments */
  #seen(instruments) {
    for (const one of instruments) {
      if (one.isSeeded || this.#seeds.length > 60) continue;
      one.isSeeded = true;
      this.#seeds.push(one);
    }
    // The chart comes first: its bars would wait behind these.
    if (this.#world.later.isOver) this.#seed();
  }

  #seed() {
    const spec = usualSpec(this.#specs);
    if (!spec) {
      // The bars may come to be known later.
      for (const one of this.#seeds) one.isSeeded = false;
      this.#seeds = [];
      return;
    }
    while (this.#seeding < SEEDS_AT_ONCE && this.#seeds.length > 0) {
      const one = /** @type {Quoted} */ (this.#seeds.pop());
      this.#seeding += 1;
      this.#world.api.get(`bars/${part(one.key)}/${part(spec.text)}`, { countback: 50 })
        .then((answer) => {
          this.#world.market.seed(one, answer.bars.map((/** @type {any} */ bar) => bar.close));
          this.#list.ask();
        }, () => {
          // Without bars of the past the line begins now.
        })
        .finally(() => {
          this.#seeding -= 1;
          this.#seed();
        });
    }
  }
}
