// @ts-check
/** A chart drawn by TradingView Lightweight Charts. */
import { axisLabel } from "./axis.js";

/** @typedef {import("./series.js").Bar} Bar */

/**
 * What a chart is given besides bars.
 * @typedef {object} ChartHooks
 * @property {() => void} needsOlder the left end comes into view
 * @property {(start: number | null) => void} hovered the pointer is at the bar of that start
 */

/**
 * @typedef {object} ChartMark
 * @property {number} start of the bar
 * @property {string} text
 * @property {"info" | "warning" | "critical"} severity
 */

/**
 * @typedef {object} ChartColours
 * @property {string} text
 * @property {string} grid
 * @property {string} up
 * @property {string} down
 * @property {string} upSoft
 * @property {string} downSoft
 * @property {string} mark
 * @property {string} font
 */

/**
 * Room for a chart. The library takes even sizes alone: of others it would think each time that they
 * are new, and lay everything out again.
 * @param {HTMLElement} box
 */
function sizeOf(box) {
  return { width: box.clientWidth & ~1, height: box.clientHeight & ~1 };
}

/** Bars of room behind the newest one, and pixels of a bar. */
const [RIGHT, SPACING] = [4, 7];

/** What both charts can do. */
export class LibraryChart {
  /** The library, when the page has it. */
  static get library() {
    return /** @type {any} */ (globalThis).LightweightCharts ?? null;
  }

  #library;
  #watch;
  #chart;
  #candles;
  #volumes;
  /** @type {ChartColours} */ #colours;
  /** @type {ChartHooks} */ #hooks;
  /** @type {import("./spec.js").Spec | null} */ #spec = null;
  /** @type {string | null} */ #zone = null;
  #isFresh = true;
  /** @type {ChartMark[]} */ #marks = [];

  /** @param {HTMLElement} box @param {ChartColours} colours @param {ChartHooks} hooks */
  constructor(box, colours, hooks) {
    this.#library = LibraryChart.library;
    this.#colours = colours;
    this.#hooks = hooks;
    this.#chart = this.#library.createChart(box, {
      ...sizeOf(box),
      layout: { background: { color: "transparent" }, fontSize: 11 },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.24 } },
      timeScale: {
        borderVisible: false, rightOffset: RIGHT, barSpacing: SPACING, minBarSpacing: 0.5,
        tickMarkFormatter: (/** @type {number} */ at, /** @type {number} */ kind) =>
          axisLabel(at * 1000, kind, this.#spec, this.#zone),
      },
      crosshair: { mode: 0 },
      localization: {
        timeFormatter: (/** @type {number} */ at) =>
          axisLabel(at * 1000, 5, this.#spec, this.#zone),
      },
    });
    this.#candles = this.#chart.addCandlestickSeries({ borderVisible: true });
    this.#volumes = this.#chart.addHistogramSeries({
      priceScaleId: "volume", priceFormat: { type: "volume" }, lastValueVisible: false,
      priceLineVisible: false,
    });
    this.#chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.colour(colours);
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(
      (/** @type {{ from: number } | null} */ range) => {
        if (range && range.from < 40) this.#hooks.needsOlder();
      });
    this.#watch = new ResizeObserver(() => {
      const { width, height } = sizeOf(box);
      this.#chart.resize(width, height);
    });
    this.#watch.observe(box);
    this.#chart.subscribeCrosshairMove((/** @type {any} */ move) => {
      this.#hooks.hovered(move.time === undefined ? null : move.time * 1000);
    });
  }

  /** @param {ChartColours} colours */
  colour(colours) {
    this.#colours = colours;
    this.#chart.applyOptions({
      layout: { textColor: colours.text, fontFamily: colours.font },
      grid: { vertLines: { color: colours.grid }, horzLines: { color: colours.grid } },
    });
    this.#candles.applyOptions({
      upColor: colours.up, borderUpColor: colours.up, wickUpColor: colours.up,
      downColor: colours.down, borderDownColor: colours.down, wickDownColor: colours.down,
    });
    this.mark(this.#marks);
  }

  /**
   * What the next bars are of.
   * @param {import("./spec.js").Spec} spec
   * @param {number} precision
   * @param {string | null} zone of the exchange
   */
  begin(spec, precision, zone) {
    this.#spec = spec;
    this.#zone = zone;
    this.#isFresh = true;
    this.#candles.applyOptions({
      priceFormat: { type: "price", precision, minMove: 1 / 10 ** precision },
    });
    this.#chart.timeScale().applyOptions({
      timeVisible: !spec.isLong, secondsVisible: spec.order < 60,
    });
    this.mark([]);
    this.set([]);
  }

  /** @param {(Bar | { start: number })[]} items */
  set(items) {
    this.#candles.setData(items.map((item) => this.#candle(item)));
    this.#volumes.setData(items.map((item) => this.#volume(item)));
    if (this.#isFresh && items.length > 0) {
      this.#isFresh = false;
      this.#chart.timeScale().applyOptions({ barSpacing: SPACING });
      // At once: an animation would paint all of the chart again for each of its frames.
      this.#chart.timeScale().scrollToPosition(RIGHT, false);
    }
  }

  /** @param {Bar} bar the last one, or the one behind it */
  update(bar) {
    this.#candles.update(this.#candle(bar));
    this.#volumes.update(this.#volume(bar));
  }

  /** @param {Bar | { start: number }} item */
  #candle(item) {
    const time = item.start / 1000;
    if (!("open" in item)) return { time };
    return { time, open: item.open, high: item.high, low: item.low, close: item.close };
  }

  /** @param {Bar | { start: number }} item */
  #volume(item) {
    const time = item.start / 1000;
    if (!("open" in item)) return { time };
    const color = item.close >= item.open ? this.#colours.upSoft : this.#colours.downSoft;
    return { time, value: item.volume, color };
  }

  /** @param {ChartMark[]} marks in the order of time */
  mark(marks) {
    this.#marks = marks;
    const isSparse = marks.length <= 12;
    this.#candles.setMarkers(marks.map((mark) => ({
      time: mark.start / 1000, position: "aboveBar", color: this.#colours.mark,
      shape: mark.severity === "critical" ? "square" : "circle",
      text: isSparse ? mark.text : undefined, size: mark.severity === "info" ? 0.7 : 1,
    })));
  }

  /**
   * Moves by so many bars.
   * @param {number} bars
   */
  scroll(bars) {
    const scale = this.#chart.timeScale();
    scale.scrollToPosition(scale.scrollPosition() + bars, false);
  }

  /** @param {number} factor above 1 shows more */
  zoom(factor) {
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (!range) return;
    const width = Math.min(Math.max((range.to - range.from) * factor, 10), 5000);
    scale.setVisibleLogicalRange({ from: range.to - width, to: range.to });
  }

  /** To the newest bars, at the usual width. */
  end() {
    this.#chart.timeScale().applyOptions({ barSpacing: SPACING });
    this.#chart.timeScale().scrollToRealTime();
  }

  /**
   * What is drawn: bars as the library has them.
   * @returns {any[]}
   */
  shown() {
    return this.#candles.data();
  }

  /**
   * Whether there is room for a bar of that start, drawn or not.
   * @param {number} start
   */
  hasPlace(start) {
    return this.#chart.timeScale().timeToCoordinate(start / 1000) !== null;
  }

  close() {
    this.#watch.disconnect();
    this.#chart.remove();
  }
}
