// @ts-check
/** One instrument: its chart, intervals, figures and marks. */
import { BarFeed } from "./bar-feed.js";
import { CanvasChart } from "./canvas-chart.js";
import { byId, h, setText } from "./dom.js";
import { bothZones, compact, fixed, instant, percent, time } from "./format.js";
import { LibraryChart } from "./library-chart.js";
import { queryButton } from "./query.js";
import { withHoles } from "./series.js";
import { zoneOf } from "./spec.js";

/** @typedef {import("./series.js").Bar} Bar */
/** @typedef {import("./spec.js").Spec} Spec */
/** @typedef {import("./market.js").Quoted} Quoted */

const MARKS_MAX = 200;

export class ChartPanel {
  #world;
  /** @type {BarFeed | null} */ #feed = null;
  /** @type {Quoted | null} */ #instrument = null;
  /** @type {Spec | null} */ #spec = null;
  /** @type {Spec[]} */ #specs = [];
  /**
   * Made for the first bars: before it would be laid out and painted without any.
   * @type {LibraryChart | CanvasChart | null}
   */
  #chart = null;
  /** @type {number | null} */ #hovered = null;
  /**
   * What the chart is behind by.
   * @type {"all" | "last" | null}
   */
  #due = null;
  /** @type {{ at: number, text: string, severity: any }[]} */ #marks = [];
  #drawn = 0;

  /**
   * @param {import("./world.js").World} world
   * @param {(spec: Spec) => void} chosen the viewer wants another interval
   */
  constructor(world, chosen) {
    this.#world = world;
    const box = byId("chart");
    byId("attribution").hidden = !LibraryChart.library;
    world.theme.on(() => {
      this.#chart?.colour(world.theme.chart);
      if (this.#feed) this.#due = "all";
      world.frames.ask(this.#draw);
    });
    box.addEventListener("keydown", (event) => this.#key(event));
    byId("intervals").addEventListener("click", (event) => {
      const text = /** @type {HTMLElement} */ (event.target).dataset.spec;
      const spec = this.#specs.find((one) => one.text === text);
      if (spec) chosen(spec);
    });
    byId("intervals").addEventListener("keydown", (event) => this.#intervalKey(event, chosen));
    byId("latest").addEventListener("click", () => this.#chart?.end());
    byId("chart-query").append(queryButton(() => this.#query(), world.queries));
    byId("bars-table").addEventListener("toggle", () => this.#table());
  }

  /** @param {Spec[]} specs */
  offer(specs) {
    this.#specs = specs;
    byId("intervals").replaceChildren(...specs.map((spec) =>
      h("button", {
        type: "button", role: "radio", "aria-checked": "false", tabindex: -1,
        data: { spec: spec.text }, text: spec.label, title: spec.text,
      })));
  }

  /**
   * Shows an instrument; nothing is done when it is shown already.
   * @param {Quoted} instrument
   * @param {Spec | null} spec
   */
  open(instrument, spec) {
    const isSame = this.#instrument === instrument && this.#spec === spec;
    if (isSame) return;
    this.close();
    this.#instrument = instrument;
    this.#spec = spec;
    for (const node of byId("intervals").querySelectorAll("button")) {
      const isChosen = node.dataset.spec === spec?.text;
      node.setAttribute("aria-checked", String(isChosen));
      node.tabIndex = isChosen ? 0 : -1;
    }
    byId("chart").setAttribute(
      "aria-label", `Candlestick chart of ${instrument.key}, ${spec?.label ?? "no interval"}. ` +
      "Arrow keys scroll, plus and minus zoom, End goes to the newest bar.");
    this.refresh();
    if (!spec) {
      this.settle();
      this.#state("There are no bars",
        "Add a plugin of type \"bars\" to plugins.json, then run enginectl reload.");
      return;
    }
    if (this.#chart) this.#begin(this.#chart, instrument, spec);
    this.#feed = new BarFeed(this.#world, instrument.key, spec, {
      changed: (change) => {
        this.#due = change === "all" || this.#due === "all" ? "all" : "last";
        // The first bars are not kept waiting for a frame: they are to be in it.
        if (this.#drawn === 0) this.#draw();
        else this.#world.frames.ask(this.#draw);
      },
      state: ({ busy, error }) => {
        if (error) this.settle();
        byId("chart-busy").hidden = !busy;
        if (error) {
          this.#state("Bars could not be read", error.message,
            h("button", { type: "button", text: "Try again", onclick: () => void this.#feed?.retry() }));
        } else if (!busy) {
          const isEmpty = this.#feed?.series.bars.length === 0;
          if (isEmpty) {
            this.settle();
            this.#state("No bars yet", "The first one comes with the next trade.");
          } else byId("chart-state").hidden = true;
        }
      },
    });
    void this.#readMarks(this.#feed);
  }

  close() {
    this.#feed?.close();
    this.#feed = null;
    this.#marks = [];
    this.#hovered = null;
    this.#due = null;
    byId("chart-state").hidden = true;
  }

  /** @returns {LibraryChart | CanvasChart} */
  #made() {
    if (this.#chart) return this.#chart;
    const Chart = LibraryChart.library ? LibraryChart : CanvasChart;
    const chart = new Chart(byId("chart"), this.#world.theme.chart, {
      needsOlder: () => void this.#feed?.older(),
      hovered: (start) => {
        this.#hovered = start;
        this.#world.frames.ask(this.#legend);
      },
    });
    if (this.#instrument && this.#spec) this.#begin(chart, this.#instrument, this.#spec);
    this.#chart = chart;
    return chart;
  }

  /** @param {LibraryChart | CanvasChart} chart @param {Quoted} instrument @param {Spec} spec */
  #begin(chart, instrument, spec) {
    chart.begin(spec, instrument.precision, zoneOf(spec.calendar ?? instrument.calendar));
  }

  /** There is nothing to wait for: the chart is shown without bars. */
  settle() {
    this.#made();
    this.#world.later.shown("bars");
  }

  /** @returns {Quoted | null} */
  get instrument() {
    return this.#instrument;
  }

  /** What scripts compare with the interface: bars as they are drawn, and those behind them. */
  get inspection() {
    return {
      symbol: this.#instrument?.key, spec: this.#spec?.text, drawn: this.#drawn,
      bars: this.#feed?.series.bars ?? [], shown: this.#chart?.shown() ?? [],
      outages: this.#feed?.outages ?? [], isWhole: this.#feed?.isWhole ?? false,
      hasPlace: (/** @type {number} */ start) => this.#chart?.hasPlace(start) ?? false,
      older: () => this.#feed?.older() ?? Promise.resolve(false),
      library: LibraryChart.library?.version?.() ?? null,
    };
  }

  /** @param {string} title @param {string} advice @param {...Node} more */
  #state(title, advice, ...more) {
    const box = byId("chart-state");
    box.hidden = false;
    box.replaceChildren(h("p", { class: "empty-title", text: title }), h("p", { text: advice }), ...more);
  }

  // MARK: Drawing

  #draw = () => {
    const feed = this.#feed;
    const due = this.#due;
    this.#due = null;
    if (!feed || !this.#spec || !this.#instrument || due === null) return;
    const bars = feed.series.bars;
    const last = bars[bars.length - 1];
    if (!last) return;
    byId("chart-state").hidden = true;
    const chart = this.#made();
    const before = bars[bars.length - 2];
    const isHole = before !== undefined && last.start > before.end;
    if (due === "last" && !isHole) {
      chart.update(last);
    } else {
      const isContinuous = !this.#spec.calendar && !this.#instrument.calendar;
      chart.set(withHoles(bars, this.#spec.seconds, isContinuous, feed.outages));
      this.#placeMarks();
    }
    this.#drawn += 1;
    this.#world.later.shown("bars");
    this.#legend();
    if (/** @type {HTMLDetailsElement} */ (byId("bars-table")).open) this.#table();
  };

  #legend = () => {
    const bars = this.#feed?.series.bars ?? [];
    const index = this.#hovered === null ? -1 : this.#feed?.series.indexOf(this.#hovered) ?? -1;
    const bar = bars[index]?.start === this.#hovered ? bars[index] : bars[bars.length - 1];
    const places = this.#instrument?.precision ?? 2;
    const box = byId("legend");
    box.hidden = !bar;
    if (!bar) return;
    const ratio = bar.open === 0 ? null : bar.close / bar.open - 1;
    box.className = bar.close >= bar.open ? "up" : "down";
    setText(byId("legend-values"),
      `O ${fixed(bar.open, places)}  H ${fixed(bar.high, places)}  L ${fixed(bar.low, places)}  ` +
      `C ${fixed(bar.close, places)}  ${percent(ratio)}  V ${compact(bar.volume)}`);
    const zone = zoneOf(this.#spec?.calendar ?? this.#instrument?.calendar);
    setText(byId("legend-time"), this.#hovered === null ? "" : bothZones(bar.start, zone ?? "UTC"));
    const state = bar.state === "open" ? "growing" : bar.state === "amended" ? "amended" : "";
    setText(byId("legend-state"), state);
  };

  /** The figures beside the chart; called when the instrument has changed. */
  refresh() {
    const one = this.#instrument;
    if (!one) return;
    setText(byId("chart-symbol"), one.key);
    setText(byId("chart-name"), [one.name, one.venue, one.currency].filter(Boolean).join(" · "));
    const price = byId("chart-price");
    setText(price, fixed(one.price, one.precision));
    price.className = one.move > 0 ? "rose" : one.move < 0 ? "fell" : "";
    const change = byId("chart-change");
    setText(change, percent(one.change));
    change.className = `change ${(one.change ?? 0) > 0 ? "up" : (one.change ?? 0) < 0 ? "down" : "flat"}`;
    change.title = one.isDay ? "since the open of the day's bar" : "since this page first saw it";
    const spread = one.bid !== null && one.ask !== null ? one.ask - one.bid : null;
    for (const node of document.querySelectorAll(".stats .of-quote")) {
      /** @type {HTMLElement} */ (node).hidden = one.bid === null && one.ask === null;
    }
    setText(byId("stat-bid"), fixed(one.bid, one.precision));
    setText(byId("stat-ask"), fixed(one.ask, one.precision));
    setText(byId("stat-spread"), fixed(spread, one.precision));
    setText(byId("stat-size"), fixed(one.size, one.sizePrecision));
    setText(byId("stat-high"), fixed(one.day?.high, one.precision));
    setText(byId("stat-low"), fixed(one.day?.low, one.precision));
    setText(byId("stat-volume"), compact(one.day?.volume));
    const at = byId("stat-time");
    setText(at, one.lastTime === null ? "–" : time(one.lastTime));
    // Nobody points at it before it was painted.
    at.title = one.lastTime === null || !this.#world.later.isOver ? "" : bothZones(one.lastTime, zoneOf(one.calendar) ?? "UTC");
  }

  /** The newest bars in words, for screen readers and for who would copy them. */
  #table() {
    const details = /** @type {HTMLDetailsElement} */ (byId("bars-table"));
    if (!details.open || !this.#feed || !this.#instrument) return;
    const places = this.#instrument.precision;
    const rows = this.#feed.series.bars.slice(-20).reverse().map((bar) =>
      h("tr", {}, h("th", { scope: "row", text: bothZones(bar.start, null) }),
        ...[bar.open, bar.high, bar.low, bar.close].map((value) =>
          h("td", { class: "number", text: fixed(value, places) })),
        h("td", { class: "number", text: compact(bar.volume) }), h("td", { text: bar.state })));
    byId("bars-rows").replaceChildren(...rows);
  }

  // MARK: Alerts

  /** Which plugins there are is known now. */
  known() {
    if (this.#feed) void this.#readMarks(this.#feed);
    this.refresh();
  }

  /** @param {BarFeed} feed */
  async #readMarks(feed) {
    if (!this.#world.has("alerts")) return;
    try {
      const answer = await this.#world.api.get(
        "alerts/history", { symbol: feed.symbol, state: "firing", limit: MARKS_MAX });
      if (feed !== this.#feed) return;
      this.#marks = answer.transitions.map((/** @type {any} */ row) => ({
        at: instant(row.time) ?? 0, text: row.rule, severity: row.severity,
      })).reverse();
      this.#placeMarks();
    } catch {
      // A chart without marks is still one: the view of alerts says why there are none.
    }
  }

  /**
   * An alert has fired.
   * @param {any} event
   */
  alert(event) {
    if (event.S !== this.#instrument?.key || event.st !== "firing") return;
    this.#marks.push({ at: Date.parse(event.t), text: event.a, severity: event.lv });
    if (this.#marks.length > MARKS_MAX) this.#marks.shift();
    this.#placeMarks();
  }

  #placeMarks() {
    const series = this.#feed?.series;
    if (!series) return;
    /** @type {Map<number, import("./library-chart.js").ChartMark>} */ const byStart = new Map();
    for (const mark of this.#marks) {
      const bar = series.bars[series.indexOf(mark.at + 1) - 1];
      if (!bar || mark.at < bar.start || mark.at > bar.end) continue;
      const there = byStart.get(bar.start);
      if (there && there.text !== mark.text) there.text = "several";
      else byStart.set(bar.start, { start: bar.start, text: mark.text, severity: mark.severity });
    }
    this.#chart?.mark([...byStart.values()].sort((a, b) => a.start - b.start));
  }

  // MARK: Keys and queries

  /** @param {KeyboardEvent} event */
  #key(event) {
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowLeft: () => this.#chart?.scroll(-10), ArrowRight: () => this.#chart?.scroll(10),
      "+": () => this.#chart?.zoom(1 / 1.25), "-": () => this.#chart?.zoom(1.25),
      "=": () => this.#chart?.zoom(1 / 1.25), End: () => this.#chart?.end(),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  }

  /** @param {KeyboardEvent} event @param {(spec: Spec) => void} chosen */
  #intervalKey(event, chosen) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !this.#spec) return;
    event.preventDefault();
    const count = this.#specs.length;
    const place = (this.#specs.indexOf(this.#spec) + step + count) % count;
    chosen(this.#specs[place]);
    /** @type {HTMLElement | undefined} */ (byId("intervals").children[place])?.focus();
  }

  /** @returns {import("./query.js").Query} */
  #query() {
    return {
      title: `Bars of ${this.#instrument?.key}`,
      url: this.#feed ? this.#world.api.url(this.#feed.path, { countback: 500 }) : undefined,
      subscribe: this.#feed ? { subjects: this.#feed.subject, from: "snapshot" } : undefined,
    };
  }
}
