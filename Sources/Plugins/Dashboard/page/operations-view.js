// @ts-check
/** How the engine does: plugins, clients, latencies, what is connected with what, the log. */
import { part } from "./api.js";
import { byId, empty, h, setText, table } from "./dom.js";
import { SAMPLES_MAX } from "./figures.js";
import { FeedBook } from "./feeds.js";
import { bytes, compact, duration, fixed, instant, NONE, time } from "./format.js";
import { drawLines } from "./line-chart.js";
import { LogTail } from "./log-tail.js";
import { queryButton } from "./query.js";
import { drawTopology, layout } from "./topology.js";

/** How often what changes slowly is asked for. */
const SLOW_MS = 4000;
const LOSSES_MAX = 50;
/** Samples that figures have room for at first: a minute. */
const SAMPLES_MIN = 30;

export class OperationsView {
  #world;
  #figures;
  #log;
  #isVisible = false;
  #slowAt = -Infinity;
  /** @type {any[]} */ #losses = [];
  #feeds = new FeedBook();
  /** @type {any[]} */ #subjects = [];
  /**
   * Paths that were refused: not asked for again and again.
   * @type {Set<string>}
   */
  #refused = new Set();
  /**
   * Figures of this page itself.
   * @type {() => { lag: number | null, rate: string, trip: number | null }}
   */
  #own;

  /**
   * @param {import("./world.js").World} world
   * @param {import("./figures.js").Figures} figures
   * @param {() => { lag: number | null, rate: string, trip: number | null }} own
   */
  constructor(world, figures, own) {
    this.#world = world;
    this.#figures = figures;
    this.#own = own;
    this.#log = new LogTail(world);
    world.theme.on(() => this.draw());
    /** @type {[string, string, string][]} */
    const queries = [
      ["plugins-query", "Plugins", "plugins"], ["clients-query", "Clients", "clients"],
      ["topology-query", "Subjects", "subjects"], ["engine-query", "Engine", "status"],
    ];
    for (const [id, title, path] of queries) {
      byId(id).append(queryButton(() => ({ title, url: world.api.url(path) }), world.queries));
    }
    byId("losses-query").append(queryButton(() => ({
      title: "Losses and changes of state", subscribe: { subjects: ["gap.>", "status.>"] },
    }), world.queries));
    new ResizeObserver(() => this.#drawLines()).observe(byId("rates"));
  }

  /** @param {boolean} isVisible */
  show(isVisible) {
    this.#isVisible = isVisible;
    if (!isVisible) return;
    this.#slowAt = -Infinity;
    this.draw();
  }

  /**
   * A loss, or a change of state.
   * @param {any} event
   */
  news(event) {
    if (!this.#feeds.take(event)) return;
    this.#losses.unshift(event);
    if (this.#losses.length > LOSSES_MAX) this.#losses.pop();
    if (this.#isVisible) this.#drawLosses();
  }

  /** There are new figures. */
  draw() {
    if (!this.#isVisible) return;
    this.#drawTiles();
    this.#drawLines();
    this.#drawPlugins();
    this.#drawFeeds();
    this.#drawLosses();
    this.#log.offer(this.#figures.plugins.map((plugin) => plugin.name));
    void this.#log.refresh();
    if (performance.now() - this.#slowAt < SLOW_MS) return;
    this.#slowAt = performance.now();
    void this.#drawClients();
    void this.#drawTopology();
  }

  // MARK: Figures

  #drawTiles() {
    const { status, samples, plugins } = this.#figures;
    const sample = samples[samples.length - 1];
    const own = this.#own();
    const failed = plugins.filter((plugin) => plugin.state === "failed").length;
    /** @type {[string, string, string?][]} */
    const tiles = [
      ["Events a second", sample?.rate === null || !sample ? NONE : compact(sample.rate)],
      ["Up for", status ? duration(status.uptime_seconds * 1000) : NONE],
      ["Processor", sample?.cpu === null || !sample ? NONE : `${fixed(sample.cpu * 100, 0)} %`,
        "of one processor"],
      ["Memory", bytes(status?.resident_bytes)],
      ["Sequence", status ? fixed(status.sequence, 0) : NONE, `epoch ${status?.epoch ?? ""}`],
      ["Lag of this page", duration(own.lag), "from an event to its arrival here"],
      ["Round trip", duration(own.trip)],
      ["Plugins", failed > 0 ? `${failed} failed` : `${plugins.length} fine`],
    ];
    byId("tiles").replaceChildren(...tiles.map(([name, value, hint]) =>
      h("div", { class: "tile", title: hint }, h("dt", { text: name }), h("dd", { text: value }))));
  }

  #drawLines() {
    if (!this.#isVisible) return;
    const { samples, timed } = this.#figures;
    const times = samples.map((sample) => sample.at);
    const theme = this.#world.theme;
    const look = {
      text: theme.colour("muted"), grid: theme.colour("grid"), font: theme.colour("font"),
      places: Math.min(Math.max(samples.length, SAMPLES_MIN), SAMPLES_MAX),
    };
    drawLines(/** @type {HTMLCanvasElement} */ (byId("rates")), times, [
      { name: "events", colour: theme.colour("line-1"), values: samples.map((sample) => sample.rate) },
    ], { ...look, unit: compact });
    const shown = timed.slice(0, 6);
    const lines = shown.flatMap((name, index) => [
      {
        name, colour: theme.colour(`line-${index + 1}`),
        values: samples.map((sample) => sample.hops.get(name)?.p50 ?? null),
      },
      {
        name, colour: theme.colour(`line-${index + 1}`), isDashed: true,
        values: samples.map((sample) => sample.hops.get(name)?.p99 ?? null),
      },
    ]);
    drawLines(/** @type {HTMLCanvasElement} */ (byId("latencies")), times, lines,
      { ...look, unit: (value) => duration(value / 1e6), isLogarithmic: true });
    const last = samples[samples.length - 1];
    byId("latency-legend").replaceChildren(...shown.map((name, index) => {
      const hop = last?.hops.get(name);
      return h("li", { class: `line-${index + 1}` }, h("b", { text: name }),
        hop ? ` ${duration(hop.p50 / 1e6)} / ${duration(hop.p99 / 1e6)}` : ` ${NONE}`);
    }));
  }

  // MARK: Tables

  #drawPlugins() {
    const box = byId("plugins");
    // A button that is about to be pressed, or has the focus, is not taken away under the hand.
    if (box.querySelector("button:focus, button:active")) return;
    const why = this.#world.session.whyNoControl;
    setText(byId("control-hint"), why);
    box.replaceChildren(table("Plugins", [
      { title: "Plugin" }, { title: "State" }, { title: "In/s", number: true },
      { title: "Out/s", number: true }, { title: "Lag", number: true, hint: "events behind the newest" },
      { title: "Lost", number: true }, { title: "p50", number: true, hint: "from receipt to delivery, over the last second" },
      { title: "p99", number: true }, { title: "Restarts", number: true }, { title: "" },
    ], this.#figures.plugins.map((plugin) => this.#pluginRow(plugin, why))));
  }

  /** @param {any} plugin @param {string} why */
  #pluginRow(plugin, why) {
    const hop = (/** @type {number | null} */ nanos) => nanos === null ? NONE : duration(nanos / 1e6);
    const since = instant(plugin.since);
    const state = plugin.paused ? "paused" : plugin.state;
    return h("tr", {},
      h("th", { scope: "row", title: plugin.type }, plugin.name, h("small", { text: ` ${plugin.type}` })),
      h("td", { title: [plugin.last_error, since ? `since ${time(since)}` : ""].filter(Boolean).join("\n") },
        stateCell(state),
        plugin.last_error && plugin.state !== "running" ? h("small", { class: "why", text: plugin.last_error }) : null),
      ...[compact(plugin.in_rate), compact(plugin.out_rate), compact(plugin.lag)].map((text) =>
        h("td", { class: "number", text })),
      h("td", { class: `number ${plugin.dropped > 0 ? "bad" : ""}`, text: compact(plugin.dropped) }),
      h("td", { class: "number", text: hop(plugin.hop_p50_ns) }),
      h("td", { class: "number", text: hop(plugin.hop_p99_ns) }),
      h("td", { class: "number", text: String(plugin.restarts) }),
      h("td", { class: "actions" }, ...this.#actions(plugin, why)));
  }

  /** @param {any} plugin @param {string} why */
  #actions(plugin, why) {
    if (why !== "") return [];
    const isUp = ["running", "starting", "backoff"].includes(plugin.state);
    const names = isUp ? ["stop", "restart"] : ["start"];
    return names.map((action) => h("button", {
      type: "button", class: "quiet", "aria-label": `${action} ${plugin.name}`,
      onclick: () => void this.#control(plugin, action),
    }, action));
  }

  /** @param {any} plugin @param {string} action */
  async #control(plugin, action) {
    const isOwn = plugin.type === "websocket" && action !== "start";
    if (isOwn && !confirm(`${action} "${plugin.name}"? This page may be served by it.`)) return;
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    try {
      const answer = await this.#world.api.post(`plugins/${part(plugin.name)}/${action}`);
      this.#world.notify(`${plugin.name}: ${answer.state}`);
    } catch (error) {
      this.#world.notify(/** @type {Error} */ (error).message, "bad");
    }
  }

  /**
   * What is at a path; nothing when it was refused once, since asking again would not help.
   * @param {string} path
   * @param {HTMLElement} box where the reason is told
   */
  async #read(path, box) {
    if (this.#refused.has(path)) return null;
    try {
      return await this.#world.api.get(path);
    } catch (error) {
      const fault = /** @type {import("./api.js").ApiError} */ (error);
      if (fault.status === 403) this.#refused.add(path);
      box.replaceChildren(empty("This cannot be shown", fault.message));
      return null;
    }
  }

  async #drawClients() {
    const box = byId("clients");
    if (!this.#world.session.mayWatch) {
      box.replaceChildren(empty("Clients are for administrators", "This needs a token with \"admin\": true."));
      return;
    }
    const answer = await this.#read("clients", box);
    if (answer === null) return;
    if (answer.clients.length === 0) {
      box.replaceChildren(empty("No clients", "Connections of programs and pages stand here."));
      return;
    }
    box.replaceChildren(table("Clients", [
      { title: "Client" }, { title: "Name" }, { title: "From" }, { title: "Sent", number: true },
      { title: "Waiting", number: true, hint: "bytes that the client has not taken yet" },
      { title: "Lost", number: true }, { title: "Reads" },
    ], answer.clients.slice(0, 100).map((/** @type {any} */ client) => clientRow(client))));
  }

  async #drawTopology() {
    const box = byId("topology");
    const answer = await this.#read("subjects", box);
    if (answer === null) return;
    this.#subjects = answer.subjects;
    box.replaceChildren(drawTopology(layout(answer.subjects, this.#figures.plugins)));
    this.#drawFeeds();
  }

  #drawFeeds() {
    const feeds = this.#feeds.feeds(this.#subjects, this.#figures.plugins);
    const box = byId("feeds");
    if (feeds.length === 0) {
      box.replaceChildren(empty("No feeds",
        "Plugins that bring ticks in stand here: generators, replays, providers."));
      return;
    }
    const newest = feeds.length > 1 ? null : this.#world.market.newest;
    box.replaceChildren(table("Feeds", [
      { title: "Feed" }, { title: "State" }, { title: "Ticks/s", number: true },
      { title: "Ticks", number: true }, { title: "Newest", number: true },
    ], feeds.map((feed) => h("tr", {},
      h("th", { scope: "row" }, feed.name, h("small", { text: ` ${feed.type}` })),
      h("td", { title: feed.why }, stateCell(feed.state)),
      h("td", { class: "number", text: compact(feed.rate) }),
      h("td", { class: "number", text: compact(feed.count) }),
      h("td", { class: "number", text: newest === null ? NONE : time(newest) })))));
  }

  #drawLosses() {
    const box = byId("losses");
    if (this.#losses.length === 0) {
      box.replaceChildren(empty("Nothing is lost", "Gaps, and changes of plugins and sources, stand here as they come."));
      return;
    }
    box.replaceChildren(table("Losses and changes of state, newest first", [
      { title: "Time" }, { title: "What" }, { title: "Who" }, { title: "Said" },
    ], this.#losses.map((event) => h("tr", {},
      h("td", { text: event.t ? time(Date.parse(event.t)) : NONE }),
      h("td", { class: event.T === "gap" ? "bad" : "", text: event.T }),
      h("td", { text: event.who ?? event.name ?? event.S ?? "this page" }),
      h("td", { text: said(event) })))));
  }
}

/**
 * A state in a word, with a sign of its own so that no colour is needed.
 * @param {string} state
 */
function stateCell(state) {
  return h("span", { class: `state ${state}` },
    h("span", { "aria-hidden": "true", text: sign(state) }), ` ${state}`);
}

/** @param {string} state */
function sign(state) {
  return { up: "●", down: "✖", stale: "▲", running: "●", failed: "✖", backoff: "▲", stopped: "■", paused: "❚❚" }[state] ?? "◔";
}

/** @param {any} event */
function said(event) {
  if (event.T === "gap") return `${fixed(event.n ?? 0, 0)} events lost (${event.from} to ${event.to}): ${event.why}`;
  return [`${event.was ?? ""} → ${event.st}`, event.why].filter(Boolean).join(": ");
}

/** @param {any} client */
function clientRow(client) {
  const feeds = client.subscriptions ?? [];
  const lost = feeds.reduce((/** @type {number} */ sum, /** @type {any} */ feed) => sum + (feed.lost ?? 0), 0);
  const subjects = feeds.flatMap((/** @type {any} */ feed) => feed.subjects ?? []);
  return h("tr", {},
    h("th", { scope: "row", text: client.id }),
    h("td", { text: [client.client, client.token && `(${client.token})`].filter(Boolean).join(" ") || NONE }),
    h("td", { text: client.peer }),
    h("td", { class: "number", text: bytes(client.bytes_out) }),
    h("td", { class: "number", text: bytes(client.unwritten_bytes) }),
    h("td", { class: `number ${lost > 0 ? "bad" : ""}`, text: compact(lost) }),
    h("td", { class: "subjects", title: subjects.join("\n"), text: subjects.join(" ") || NONE }));
}
