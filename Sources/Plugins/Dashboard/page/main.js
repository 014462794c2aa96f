// @ts-check
/** The dashboard: makes the parts, and has them hear of each other. */
import { AlertsView } from "./alerts-view.js";
import { Api } from "./api.js";
import { ConnectionState } from "./connection.js";
import { byId, h, setText } from "./dom.js";
import { Figures } from "./figures.js";
import { compact } from "./format.js";
import { Afterwards, Frames } from "./frame.js";
import { listenToKeys } from "./keys.js";
import { Market } from "./market.js";
import { MarketView } from "./market-view.js";
import { OperationsView } from "./operations-view.js";
import { address, route } from "./route.js";
import { Session } from "./session.js";
import { chartSpecs, daySpec } from "./spec.js";
import { PriceStream } from "./stream.js";
import { Theme } from "./theme.js";
import { connect, Flag } from "./tickwire.js";

const POLL_MS = 2000;
const REVEAL_MS = 250;

const session = new Session();
const api = new Api({ base: new URL(".", document.baseURI).href, token: () => session.token });
const frames = new Frames();
const later = new Afterwards(["bars", "prices"], { seen: reveal });
// Where data takes longer, there is to be something to look at.
setTimeout(reveal, REVEAL_MS);
const market = new Market();
const figures = new Figures();
// A name is said with the token; without one it is said beside the first questions, which would
// wait for the answer otherwise.
const NAME = "dashboard";
const client = connect(
  api.stream, session.token === "" ? {} : { token: session.token, name: NAME });
client.on("state", (state) => {
  if (state === "open" && session.token === "") later.do(sayName);
});

/** Shows the views: to paint them before there is data would delay it. */
function reveal() {
  byId("content").removeAttribute("data-starting");
}

function sayName() {
  client.request("hello", { client: NAME }).catch(() => {});
}

// The first questions are under way while the page is made.
void begin();
const theme = new Theme();

/** @type {import("./world.js").World} */
const world = {
  api, client, frames, later, theme, market, session, notify,
  has: (kind) => figures.plugins.some((plugin) => plugin.type === kind),
  queries: { stream: api.stream, hasToken: () => session.isClosed },
};

const connection = new ConnectionState(client, notify, session);
const markets = new MarketView(world, (symbol, spec) => {
  const next = address({ view: "market", symbol, spec });
  if (location.hash !== next) history.replaceState(null, "", next);
  follow();
});
const alerts = new AlertsView(world);
const operations = new OperationsView(world, figures, () => ({
  lag: connection.lag, rate: prices?.rate ?? "", trip: connection.trip,
}));
/** @type {PriceStream | null} */
let prices = null;
/** @type {string | null} */
let day = null;

// MARK: Views

/** Shows what the address of the page names. */
function follow() {
  const { view, symbol, spec } = route(location.hash);
  for (const name of ["market", "alerts", "operations"]) {
    byId(name).hidden = name !== view;
    const link = byId(`to-${name}`);
    if (name === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (view === "market") markets.want(symbol, spec);
  else later.end();
  markets.show(view === "market");
  alerts.show(view === "alerts");
  operations.show(view === "operations");
  document.title = view === "market" && symbol ? `${symbol} · Tickwire`
    : `${view[0].toUpperCase()}${view.slice(1)} · Tickwire`;
}

/** @param {string} text @param {"info" | "bad"} [kind] */
function notify(text, kind = "info") {
  const box = byId("notices");
  const node = h("p", { class: `notice ${kind}` }, text);
  box.append(node);
  while (box.children.length > 3) box.firstElementChild?.remove();
  setTimeout(() => node.remove(), kind === "bad" ? 9000 : 5000);
}

// MARK: What comes

/** @param {any[]} events */
function takePrices(events) {
  market.take(events);
  connection.heard(market.newest);
  frames.ask(showPrices);
}

function showPrices() {
  markets.changed(market.settle(), performance.now());
  if (market.events > 0) later.shown("prices");
}

/** @param {any[]} events */
function takeNews(events) {
  for (const event of events) {
    if (event.T === "alert") {
      if (((event.f ?? 0) & Flag.SNAPSHOT) === 0) markets.alert(event);
      alerts.happened();
    } else {
      operations.news(event);
    }
  }
}

async function poll() {
  if (document.hidden) return;
  if (client.state !== "open") {
    figures.miss(Date.now());
    setText(byId("rate"), "");
    operations.draw();
    return;
  }
  try {
    const [status, { plugins }] = await Promise.all([api.get("status"), api.get("plugins")]);
    figures.take(status, plugins, Date.now());
    connection.ask();
    const rate = figures.samples[figures.samples.length - 1]?.rate ?? null;
    setText(byId("rate"), rate === null ? "" : `${compact(rate)} events/s`);
    if (status.instruments > market.all.length) await readInstruments();
  } catch {
    figures.miss(Date.now());
    setText(byId("rate"), "");
  }
  operations.draw();
}

async function readInstruments() {
  /** @type {number | undefined} */ let after;
  for (;;) {
    const page = await api.get("instruments", { limit: 5000, after });
    for (const row of page.instruments) market.define(row);
    if (page.next === null) break;
    after = page.next;
  }
  prices?.counted(market.all.length);
  frames.ask(showPrices);
}

/** @param {string[]} texts */
function takeSpecs(texts) {
  const specs = chartSpecs(texts);
  markets.offer(specs);
  day = daySpec(specs)?.text ?? null;
  prices?.beginDays(day);
}

/** What an engine that was started anew may have otherwise. */
async function readAgain() {
  try {
    await readInstruments();
    takeSpecs((await api.get("specs")).specs);
  } catch {
    // The next connection asks again.
  }
}

// MARK: Beginning

function listen() {
  listenToKeys(theme);
  window.addEventListener("hashchange", follow);
  byId("new-alert").addEventListener("click", () => {
    const one = market.find(markets.inspection.symbol ?? "");
    if (!one) return;
    location.hash = address({ view: "alerts", symbol: null, spec: null });
    // The view is shown by the change of the address, which is told later.
    setTimeout(() => alerts.prepare(one.key, (one.price ?? 0).toFixed(one.precision)), 50);
  });
  byId("theme").addEventListener("click", () => notify(`Colours: ${theme.next()}`));
}

/** Bars need not wait for who may read prices. */
async function beginBars() {
  const specs = api.get("specs").catch(() => ({ specs: [] }));
  await readInstruments();
  takeSpecs((await specs).specs);
  markets.arrived();
}

async function begin() {
  /** @type {any} */ let status;
  // Everything at once: what is shown first waits for the slowest of them, and not for their sum.
  try {
    [status] = await Promise.all([api.get("status"), beginBars()]);
  } catch (error) {
    const fault = /** @type {import("./api.js").ApiError} */ (error);
    if (fault.status === 401) {
      session.isClosed = true;
      const why = session.token === "" ? "This server wants a token."
        : "The server does not know this token.";
      session.ask(why);
      return;
    }
    connection.failed(fault.message);
    setTimeout(begin, POLL_MS);
    return;
  }
  session.access = { ...session.access, ...status.access };
  session.isClosed = session.access.name !== "" || session.token !== "";
  setText(byId("user"), session.access.name);
  prices = new PriceStream(client, session.access, {
    events: takePrices, news: takeNews,
    failed: (error) => notify(`Prices ended: ${error.message}`, "bad"),
  });
  prices.begin(market.all.length);
  prices.beginDays(day);
  later.do(() => void beginRest(status));
  client.on("state", (state) => {
    // What was started anew may have other bars and instruments.
    if (state === "open" && connection.losses > 0) void readAgain();
  });
}

/**
 * What is not seen first.
 * @param {any} status
 */
async function beginRest(status) {
  prices?.beginNews();
  const { plugins } = await api.get("plugins").catch(() => ({ plugins: [] }));
  figures.take(status, plugins, Date.now());
  markets.known();
  void alerts.refresh();
  operations.draw();
  setInterval(poll, POLL_MS);
}

// For scripts that compare what is shown with the interface: Benchmarks/dashboard.
Object.assign(globalThis, {
  tickwire: {
    get chart() {
      return markets.inspection;
    },
    market, figures, connection,
  },
});

listen();
follow();
