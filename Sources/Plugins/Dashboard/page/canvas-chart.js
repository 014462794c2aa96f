// @ts-check
/** A plain chart for pages without the chart library: candles, volumes, marks, scroll and zoom. */
import { axisLabel } from "./axis.js";
import { fixed } from "./format.js";
import { holeFree, niceSteps, priceRange } from "./canvas-scale.js";

/** @typedef {import("./series.js").Bar} Bar */
/** @typedef {import("./library-chart.js").ChartHooks} ChartHooks */
/** @typedef {import("./library-chart.js").ChartColours} ChartColours */
/** @typedef {import("./library-chart.js").ChartMark} ChartMark */

const RIGHT = 68;
const BOTTOM = 22;
const SPACING = [1, 48];

export class CanvasChart {
  #box;
  #canvas;
  /** @type {ChartColours} */ #colours;
  /** @type {ChartHooks} */ #hooks;
  /** @type {(Bar | { start: number })[]} */ #items = [];
  /** @type {ChartMark[]} */ #marks = [];
  /** @type {import("./spec.js").Spec | null} */ #spec = null;
  /** @type {string | null} */ #zone = null;
  #precision = 2;
  #spacing = 7;
  /** Bars between the right side and the newest one; below 0 there is room. */
  #offset = -4;
  /** @type {{ x: number, y: number } | null} */ #pointer = null;
  #isAsked = false;
  #watch;

  /** @param {HTMLElement} box @param {ChartColours} colours @param {ChartHooks} hooks */
  constructor(box, colours, hooks) {
    this.#box = box;
    this.#colours = colours;
    this.#hooks = hooks;
    this.#canvas = document.createElement("canvas");
    this.#canvas.className = "plain-chart";
    box.append(this.#canvas);
    this.#watch = new ResizeObserver(() => this.#ask());
    this.#watch.observe(box);
    this.#listen();
  }

  #listen() {
    const canvas = this.#canvas;
    /** @type {{ x: number, offset: number } | null} */ let drag = null;
    canvas.addEventListener("pointerdown", (event) => {
      drag = { x: event.clientX, offset: this.#offset };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointerup", () => {
      drag = null;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (drag) this.#offset = drag.offset + (event.clientX - drag.x) / this.#spacing;
      const place = canvas.getBoundingClientRect();
      this.#pointer = { x: event.clientX - place.left, y: event.clientY - place.top };
      this.#ask();
    });
    canvas.addEventListener("pointerleave", () => {
      this.#pointer = null;
      this.#hooks.hovered(null);
      this.#ask();
    });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.scroll(event.deltaX / this.#spacing);
      else this.zoom(event.deltaY > 0 ? 1.1 : 1 / 1.1);
    }, { passive: false });
  }

  /** @param {ChartColours} colours */
  colour(colours) {
    this.#colours = colours;
    this.#ask();
  }

  /** @param {import("./spec.js").Spec} spec @param {number} precision @param {string | null} zone */
  begin(spec, precision, zone) {
    this.#spec = spec;
    this.#precision = precision;
    this.#zone = zone;
    this.#marks = [];
    this.#items = [];
    this.end();
  }

  /** @param {(Bar | { start: number })[]} items */
  set(items) {
    this.#items = items;
    this.#ask();
  }

  /** @param {Bar} bar */
  update(bar) {
    const last = this.#items[this.#items.length - 1];
    if (last && last.start === bar.start) this.#items[this.#items.length - 1] = bar;
    else this.#items.push(bar);
    this.#ask();
  }

  /** @param {ChartMark[]} marks */
  mark(marks) {
    this.#marks = marks;
    this.#ask();
  }

  /** @param {number} bars */
  scroll(bars) {
    this.#offset -= bars;
    this.#ask();
  }

  /** @param {number} factor */
  zoom(factor) {
    this.#spacing = Math.min(Math.max(this.#spacing / factor, SPACING[0]), SPACING[1]);
    this.#ask();
  }

  end() {
    this.#offset = -4;
    this.#spacing = 7;
    this.#ask();
  }

  /** @returns {any[]} */
  shown() {
    return this.#items.map((item) => "open" in item
      ? { time: item.start / 1000, open: item.open, high: item.high, low: item.low, close: item.close }
      : { time: item.start / 1000 });
  }

  /** @param {number} start */
  hasPlace(start) {
    return this.#items.some((item) => item.start === start);
  }

  close() {
    this.#watch.disconnect();
    this.#canvas.remove();
  }

  // MARK: Drawing

  #ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.#draw();
    });
  }

  #draw() {
    const ratio = globalThis.devicePixelRatio || 1;
    const [width, height] = [this.#box.clientWidth, this.#box.clientHeight];
    if (width === 0 || height === 0) return;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    const pen = this.#canvas.getContext("2d");
    if (!pen) return;
    pen.scale(ratio, ratio);
    pen.font = `11px ${this.#colours.font}`;
    const plot = { width: width - RIGHT, height: height - BOTTOM };
    this.#offset = Math.min(this.#offset, Math.max(this.#items.length - 5, -4));
    const right = this.#items.length - 1 - this.#offset;
    const from = Math.max(Math.floor(right - plot.width / this.#spacing), 0);
    if (from < 40 && this.#items.length > 0) this.#hooks.needsOlder();
    const shown = this.#items.slice(from, Math.ceil(right) + 1);
    const bars = holeFree(shown);
    if (bars.length === 0) return;
    const x = (/** @type {number} */ index) =>
      plot.width - (right - index) * this.#spacing - this.#spacing / 2;
    const [low, high] = priceRange(bars);
    const y = (/** @type {number} */ price) =>
      8 + (1 - (price - low) / (high - low)) * (plot.height * 0.78 - 8);
    this.#drawGrid(pen, plot, low, high, y, shown, from, x);
    this.#drawBars(pen, plot, shown, from, x, y, Math.max(...bars.map((bar) => bar.volume), 1));
    this.#drawMarks(pen, shown, from, x, y);
    this.#drawPointer(pen, plot, shown, from, x);
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {{ width: number, height: number }} plot
   * @param {number} low @param {number} high @param {(price: number) => number} y
   * @param {(Bar | { start: number })[]} shown @param {number} from @param {(index: number) => number} x
   */
  #drawGrid(pen, plot, low, high, y, shown, from, x) {
    pen.strokeStyle = this.#colours.grid;
    pen.fillStyle = this.#colours.text;
    pen.textBaseline = "middle";
    for (const price of niceSteps(low, high, 6)) {
      pen.beginPath();
      pen.moveTo(0, y(price));
      pen.lineTo(plot.width, y(price));
      pen.stroke();
      pen.fillText(fixed(price, this.#precision), plot.width + 6, y(price));
    }
    const every = Math.max(Math.ceil(90 / this.#spacing), 1);
    shown.forEach((item, index) => {
      if ((from + index) % every !== 0) return;
      pen.fillText(
        axisLabel(item.start, (this.#spec?.order ?? 60) < 60 ? 4 : 3, this.#spec, this.#zone),
        Math.max(x(from + index) - 20, 0), plot.height + BOTTOM / 2);
    });
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {{ width: number, height: number }} plot
   * @param {(Bar | { start: number })[]} shown @param {number} from @param {(index: number) => number} x
   * @param {(price: number) => number} y @param {number} volumeMost
   */
  #drawBars(pen, plot, shown, from, x, y, volumeMost) {
    const body = Math.max(this.#spacing * 0.7, 1);
    shown.forEach((bar, index) => {
      if (!("open" in bar)) return;
      const isUp = bar.close >= bar.open;
      const middle = x(from + index);
      const tall = (bar.volume / volumeMost) * plot.height * 0.18;
      pen.fillStyle = isUp ? this.#colours.upSoft : this.#colours.downSoft;
      pen.fillRect(middle - body / 2, plot.height - tall, body, tall);
      pen.fillStyle = isUp ? this.#colours.up : this.#colours.down;
      pen.fillRect(middle - 0.5, y(bar.high), 1, Math.max(y(bar.low) - y(bar.high), 1));
      const [top, bottom] = [y(Math.max(bar.open, bar.close)), y(Math.min(bar.open, bar.close))];
      pen.fillRect(middle - body / 2, top, body, Math.max(bottom - top, 1));
    });
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {(Bar | { start: number })[]} shown
   * @param {number} from @param {(index: number) => number} x @param {(price: number) => number} y
   */
  #drawMarks(pen, shown, from, x, y) {
    const places = new Map(shown.map((item, index) => [item.start, index]));
    pen.fillStyle = this.#colours.mark;
    for (const mark of this.#marks) {
      const index = places.get(mark.start);
      if (index === undefined) continue;
      const bar = shown[index];
      if (!("open" in bar)) continue;
      pen.beginPath();
      pen.arc(x(from + index), y(bar.high) - 8, 4, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {{ width: number, height: number }} plot
   * @param {(Bar | { start: number })[]} shown @param {number} from @param {(index: number) => number} x
   */
  #drawPointer(pen, plot, shown, from, x) {
    const pointer = this.#pointer;
    if (!pointer || pointer.x > plot.width) return;
    const index = Math.min(
      Math.max(Math.round((pointer.x - x(from)) / this.#spacing), 0), shown.length - 1);
    pen.strokeStyle = this.#colours.text;
    pen.setLineDash([3, 3]);
    pen.beginPath();
    pen.moveTo(x(from + index), 0);
    pen.lineTo(x(from + index), plot.height);
    pen.moveTo(0, pointer.y);
    pen.lineTo(plot.width, pointer.y);
    pen.stroke();
    pen.setLineDash([]);
    this.#hooks.hovered(shown[index].start);
  }
}
