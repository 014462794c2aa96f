// @ts-check
/** Alerts: what fires, the rules, a form for new ones, and what was. */
import { part } from "./api.js";
import { byId, empty, h, setText, table } from "./dom.js";
import { bothZones, instant, NONE, time } from "./format.js";
import { queryButton } from "./query.js";

const HISTORY = 100;
/** States in which somebody should look. */
const ACTIVE = new Set(["firing", "acknowledged", "pending"]);

/**
 * Alerts in the order in which they matter: what fires before what is acknowledged or pending, the
 * newest first.
 * @param {any[]} states of `/api/v1/alerts`
 * @returns {any[]}
 */
export function activeAlerts(states) {
  const rank = (/** @type {any} */ one) =>
    ({ firing: 0, pending: 1, acknowledged: 2 }[/** @type {string} */ (one.state)] ?? 3);
  return states.filter((one) => ACTIVE.has(one.state)).sort((a, b) =>
    rank(a) - rank(b) || (instant(b.since) ?? 0) - (instant(a.since) ?? 0));
}

export class AlertsView {
  #world;
  /** @type {any[]} */ #active = [];
  #isVisible = false;
  #isAsked = false;
  /** @type {Error | null} */ #fault = null;
  #timer = 0;

  /** @param {import("./world.js").World} world */
  constructor(world) {
    this.#world = world;
    byId("rule-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#create();
    });
    byId("alerts-query").append(queryButton(() => ({
      title: "Alerts", url: world.api.url("alerts"), subscribe: { subjects: "alert.>" },
    }), world.queries));
    byId("history-query").append(queryButton(() => ({
      title: "History of alerts", url: world.api.url("alerts/history", { limit: HISTORY }),
    }), world.queries));
    byId("rules-query").append(queryButton(() => ({
      title: "Rules", url: world.api.url("alerts/rules"),
    }), world.queries));
  }

  /** @param {boolean} isVisible */
  show(isVisible) {
    this.#isVisible = isVisible;
    if (isVisible) void this.refresh();
  }

  /**
   * Prepares a rule about an instrument.
   * @param {string} symbol
   * @param {string} price
   */
  prepare(symbol, price) {
    const when = /** @type {HTMLInputElement} */ (byId("rule-when"));
    when.value = `price(${/^[A-Za-z_][\w]*$/.test(symbol) ? symbol : JSON.stringify(symbol)}) crosses above ${price}`;
    const id = /** @type {HTMLInputElement} */ (byId("rule-id"));
    if (id.value === "") id.value = `${symbol.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-above`;
    id.focus();
  }

  /** Something has happened to an alert: what is shown is read again, soon and once. */
  happened() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#timer = window.setTimeout(() => {
      this.#isAsked = false;
      void this.refresh();
    }, 500);
  }

  async refresh() {
    window.clearTimeout(this.#timer);
    this.#isAsked = false;
    try {
      if (!this.#world.has("alerts")) throw new Error("No plugin watches rules");
      const answer = await this.#world.api.get("alerts", { limit: 1000 });
      this.#active = activeAlerts(answer.alerts);
      this.#fault = null;
    } catch (error) {
      this.#active = [];
      this.#fault = /** @type {Error} */ (error);
    }
    const firing = this.#active.filter((one) => one.state === "firing").length;
    const badge = byId("alert-count");
    badge.hidden = firing === 0;
    setText(badge, String(firing));
    badge.title = `${firing} firing`;
    if (!this.#isVisible) return;
    this.#drawActive();
    if (this.#fault) {
      for (const id of ["rules", "alert-history"]) {
        byId(id).replaceChildren(empty("Nothing to show", "See above for what to do."));
      }
      return;
    }
    await Promise.all([this.#drawRules(), this.#drawHistory()]);
  }

  // MARK: What fires

  #drawActive() {
    const box = byId("alerts-active");
    if (this.#fault) {
      box.replaceChildren(empty("Alerts cannot be read",
        `${this.#fault.message}. Add a plugin of type "alerts" to plugins.json, then run enginectl reload.`));
      return;
    }
    if (this.#active.length === 0) {
      box.replaceChildren(empty("All quiet", "No alert fires. What rules watch for is in the list of rules."));
      return;
    }
    box.replaceChildren(table("Alerts that fire, wait or are acknowledged", [
      { title: "State" }, { title: "Rule" }, { title: "Instrument" },
      { title: "Value", number: true }, { title: "Threshold", number: true },
      { title: "Since", number: true }, { title: "" },
    ], this.#active.slice(0, 200).map((one) => this.#activeRow(one))));
  }

  /** @param {any} one */
  #activeRow(one) {
    const since = instant(one.since);
    const mayWrite = this.#world.session.access.write;
    const button = one.state === "firing"
      ? h("button", {
        type: "button", disabled: !mayWrite, title: mayWrite ? "" : "Your token may not write.",
        "aria-label": `Acknowledge ${one.rule} for ${one.symbol}`,
        onclick: () => void this.#acknowledge(one),
      }, "Acknowledge") : null;
    return h("tr", {},
      h("td", {}, state(one.state, one.severity)),
      h("td", { text: one.rule }),
      h("td", {}, h("a", { href: `#/market/${part(one.symbol)}`, text: one.symbol })),
      h("td", { class: "number", text: one.value || NONE }),
      h("td", { class: "number", text: one.threshold || NONE }),
      h("td", {
        class: "number", title: since === null ? "" : bothZones(since, "UTC"),
        text: since === null ? NONE : time(since),
      }),
      h("td", { class: "actions" }, button));
  }

  /** @param {any} one */
  async #acknowledge(one) {
    try {
      await this.#world.api.post(
        `alerts/${part(one.rule)}/acknowledge`, { symbol: one.symbol });
      this.#world.notify(`${one.rule} for ${one.symbol} is acknowledged.`);
      await this.refresh();
    } catch (error) {
      this.#world.notify(/** @type {Error} */ (error).message, "bad");
    }
  }

  // MARK: Rules

  async #drawRules() {
    const box = byId("rules");
    try {
      const answer = await this.#world.api.get("alerts/rules", { limit: 500 });
      if (answer.rules.length === 0) {
        box.replaceChildren(empty("No rules", "Write the first one with the form."));
        return;
      }
      box.replaceChildren(table("Rules", [
        { title: "Rule" }, { title: "Condition" }, { title: "State" },
        { title: "Firing", number: true }, { title: "" },
      ], answer.rules.map((/** @type {any} */ rule) => this.#ruleRow(rule))));
    } catch (error) {
      box.replaceChildren(empty("Rules cannot be read", /** @type {Error} */ (error).message));
    }
  }

  /** @param {any} rule */
  #ruleRow(rule) {
    const isOwn = rule.origin === "command";
    const button = isOwn && this.#world.session.access.write
      ? h("button", {
        type: "button", class: "quiet", "aria-label": `Remove ${rule.id}`,
        onclick: () => void this.#remove(rule.id),
      }, "Remove") : null;
    return h("tr", {},
      h("td", { title: `from ${rule.origin}`, text: rule.id }),
      h("td", {}, h("code", { text: rule.when })),
      h("td", {}, state(rule.state, rule.severity)),
      h("td", { class: "number", text: `${rule.firing} of ${rule.states}` }),
      h("td", { class: "actions" }, button));
  }

  async #create() {
    const form = /** @type {HTMLFormElement} */ (byId("rule-form"));
    const said = new FormData(form);
    /** @type {Record<string, string>} */ const rule = {};
    for (const [name, value] of said) {
      if (typeof value === "string" && value.trim() !== "") rule[name] = value.trim();
    }
    const fault = byId("rule-fault");
    fault.hidden = true;
    try {
      await this.#world.api.post("alerts/rules", rule);
      this.#world.notify(`The rule ${rule.id} watches now.`);
      form.reset();
      await this.refresh();
    } catch (error) {
      fault.hidden = false;
      setText(fault, /** @type {Error} */ (error).message);
    }
  }

  /** @param {string} id */
  async #remove(id) {
    try {
      await this.#world.api.delete(`alerts/rules/${part(id)}`);
      this.#world.notify(`The rule ${id} is removed.`);
      await this.refresh();
    } catch (error) {
      this.#world.notify(/** @type {Error} */ (error).message, "bad");
    }
  }

  // MARK: History

  async #drawHistory() {
    const box = byId("alert-history");
    try {
      const answer = await this.#world.api.get("alerts/history", { limit: HISTORY });
      if (answer.transitions.length === 0) {
        box.replaceChildren(empty("Nothing yet", "What becomes of alerts stands here, newest first."));
        return;
      }
      box.replaceChildren(table("What became of alerts, newest first", [
        { title: "Time" }, { title: "Rule" }, { title: "Instrument" }, { title: "Became" },
        { title: "Value", number: true }, { title: "Why" },
      ], answer.transitions.map((/** @type {any} */ row) => {
        const at = instant(row.time);
        return h("tr", {},
          h("td", { title: at === null ? "" : bothZones(at, "UTC"), text: at === null ? NONE : time(at) }),
          h("td", { text: row.rule }),
          h("td", {}, h("a", { href: `#/market/${part(row.symbol)}`, text: row.symbol })),
          h("td", {}, state(row.to, row.severity)),
          h("td", { class: "number", text: row.value || NONE }),
          h("td", { text: row.reason ?? "" }));
      })));
    } catch (error) {
      box.replaceChildren(empty("The history cannot be read", /** @type {Error} */ (error).message));
    }
  }
}

/**
 * A state in a word, with a sign of its own so that no colour is needed.
 * @param {string} name
 * @param {string} [severity]
 */
function state(name, severity) {
  const sign = { firing: "▲", pending: "◔", acknowledged: "✓", resolved: "○" }[name] ?? "·";
  const node = h("span", { class: `state ${name} ${severity ?? ""}` },
    h("span", { "aria-hidden": "true", text: sign }), ` ${name}`);
  if (severity) node.title = severity;
  return node;
}
