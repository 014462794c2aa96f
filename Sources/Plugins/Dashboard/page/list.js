// @ts-check
/** The list of instruments: as many rows are made as are seen, however many instruments there are. */
import { h, setText } from "./dom.js";
import { compact, fixed, percent } from "./format.js";
import { drawSpark } from "./spark.js";

/** @typedef {import("./market.js").Quoted} Quoted */

export const ROW = 38;
/** Rows above and below what is seen, so that a short scroll shows no empty ones. */
const MARGIN = 4;

/**
 * Which rows are made.
 * @param {number} top pixels above what is seen
 * @param {number} height pixels that are seen
 * @param {number} count of all rows
 * @returns {[number, number]} the first, and the one behind the last
 */
export function visibleRows(top, height, count) {
  const first = Math.max(Math.floor(top / ROW) - MARGIN, 0);
  const last = Math.min(Math.ceil((top + height) / ROW) + MARGIN, count);
  return [Math.min(first, count), Math.max(last, 0)];
}

/**
 * @typedef {object} Row
 * @property {HTMLElement} node
 * @property {HTMLElement} key
 * @property {HTMLElement} name
 * @property {HTMLCanvasElement} spark
 * @property {HTMLElement} price
 * @property {HTMLElement} change
 * @property {HTMLElement} volume
 * @property {Quoted | null} shown
 * @property {number} version
 * @property {number} place
 */

export class InstrumentList {
  #box;
  #space;
  #frames;
  #heard;
  /** @type {Quoted[]} */ #all = [];
  /** @type {Row[]} */ #rows = [];
  /** @type {string | null} */ #chosen = null;
  #cursor = -1;
  /** @type {() => { up: string, down: string, flat: string }} */ #colours;

  /**
   * @param {HTMLElement} box that scrolls
   * @param {{ frames: import("./frame.js").Frames, colours: () => { up: string, down: string, flat: string },
   *   chosen: (instrument: Quoted) => void, seen: (instruments: Quoted[]) => void }} options
   */
  constructor(box, options) {
    this.#box = box;
    this.#frames = options.frames;
    this.#colours = options.colours;
    this.#heard = options;
    this.#space = h("div", { class: "rows", role: "rowgroup" });
    box.append(this.#space);
    box.addEventListener("scroll", () => this.ask(), { passive: true });
    box.addEventListener("click", (event) => this.#click(event));
    box.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.ask()).observe(box);
  }

  ask() {
    this.#frames.ask(this.#draw);
  }

  /** @param {Quoted[]} all in the order in which they stand */
  show(all) {
    this.#all = all;
    this.#box.setAttribute("aria-rowcount", String(all.length));
    this.#cursor = all.findIndex((one) => one.key === this.#chosen);
    this.#space.style.height = `${all.length * ROW}px`;
    this.ask();
  }

  /** @param {string | null} key */
  choose(key) {
    this.#chosen = key;
    this.#cursor = this.#all.findIndex((one) => one.key === key);
    for (const row of this.#rows) row.version = -1;
    this.ask();
  }

  /** Draws everything again: the colours have changed. */
  refresh() {
    for (const row of this.#rows) row.version = -1;
    this.ask();
  }

  /** Scrolls until the chosen row is seen. */
  reveal() {
    if (this.#cursor < 0) return;
    const top = this.#cursor * ROW;
    const height = this.#box.clientHeight;
    if (top < this.#box.scrollTop) this.#box.scrollTop = top;
    else if (top + ROW > this.#box.scrollTop + height) this.#box.scrollTop = top + ROW - height;
  }

  #draw = () => {
    const height = this.#box.clientHeight;
    if (height === 0) return;
    const [first, last] = visibleRows(this.#box.scrollTop, height, this.#all.length);
    while (this.#rows.length < last - first) this.#rows.push(this.#row());
    const colours = this.#colours();
    /** @type {Set<number>} */ const wanted = new Set();
    for (let place = first; place < last; place += 1) wanted.add(place % this.#rows.length);
    this.#rows.forEach((row, index) => {
      row.node.hidden = !wanted.has(index);
    });
    /** @type {Quoted[]} */ const seen = [];
    for (let place = first; place < last; place += 1) {
      // A row keeps its element while it is seen, so that scrolling changes few of them.
      this.#fill(this.#rows[place % this.#rows.length], place, colours);
      seen.push(this.#all[place]);
    }
    const isSeen = this.#cursor >= first && this.#cursor < last;
    if (isSeen) this.#box.setAttribute("aria-activedescendant", `row-${this.#cursor}`);
    else this.#box.removeAttribute("aria-activedescendant");
    this.#heard.seen(seen);
  };

  /** @returns {Row} */
  #row() {
    const key = h("span", { class: "key" });
    const name = h("span", { class: "name" });
    const spark = h("canvas", { class: "spark", "aria-hidden": "true" });
    const price = h("span", { class: "price", role: "gridcell" });
    const change = h("span", { class: "change", role: "gridcell" });
    const volume = h("span", { class: "volume", role: "gridcell" });
    const node = h("div", { class: "row", role: "row" },
      h("span", { class: "symbol", role: "gridcell" }, key, name),
      h("span", { class: "spark-cell", role: "presentation" }, spark), price, change, volume);
    this.#space.append(node);
    return { node, key, name, spark, price, change, volume, shown: null, version: -1, place: -1 };
  }

  /** @param {Row} row @param {number} place @param {{ up: string, down: string, flat: string }} colours */
  #fill(row, place, colours) {
    const instrument = this.#all[place];
    if (row.place !== place) {
      row.place = place;
      row.node.style.transform = `translateY(${place * ROW}px)`;
      row.node.id = `row-${place}`;
      row.node.setAttribute("aria-rowindex", String(place + 2));
      row.node.dataset.place = String(place);
    }
    if (row.shown === instrument && row.version === instrument.version) return;
    const isOther = row.shown !== instrument;
    row.shown = instrument;
    row.version = instrument.version;
    const isChosen = instrument.key === this.#chosen;
    row.node.setAttribute("aria-selected", String(isChosen));
    if (isOther) {
      setText(row.key, instrument.key);
      row.node.title = instrument.name;
    }
    setText(row.name, instrument.name);
    setText(row.price, fixed(instrument.price, instrument.precision));
    const change = instrument.change;
    setText(row.change, percent(change));
    setText(row.volume, instrument.day ? compact(instrument.day.volume) : "–");
    const trend = (change ?? 0) > 0 ? "up" : (change ?? 0) < 0 ? "down" : "flat";
    row.change.className = `change ${trend}`;
    row.price.className = `price ${instrument.move > 0 ? "rose" : instrument.move < 0 ? "fell" : ""}`;
    drawSpark(row.spark, instrument.samples, colours[trend]);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const node = /** @type {HTMLElement} */ (event.target).closest?.(".row");
    const place = Number(/** @type {HTMLElement | null} */ (node)?.dataset.place ?? -1);
    if (this.#all[place]) this.#heard.chosen(this.#all[place]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const page = Math.max(Math.floor(this.#box.clientHeight / ROW) - 1, 1);
    /** @type {Record<string, number>} */
    const steps = {
      ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity,
    };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const place = Math.min(Math.max(this.#cursor + step, 0), this.#all.length - 1);
    const instrument = this.#all[place];
    if (!instrument) return;
    this.#heard.chosen(instrument);
    this.reveal();
  }
}
