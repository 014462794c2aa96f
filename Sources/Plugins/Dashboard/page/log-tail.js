// @ts-check
/** The end of the engine's log. */
import { byId, h, setText } from "./dom.js";
import { bothZones, time } from "./format.js";
import { queryButton } from "./query.js";

const LINES_MAX = 500;
/** @type {Record<string, string>} */
const SIGNS = { error: "✖", warning: "▲", info: "•", debug: "·", trace: "·" };

/**
 * Lines that are kept: the newest, each once, in their order.
 * @param {any[]} known
 * @param {any[]} more
 * @returns {any[]}
 */
export function newest(known, more) {
  const last = known.length === 0 ? 0 : known[known.length - 1].number;
  // Numbers begin anew with the process.
  const isAnew = more.length > 0 && more[more.length - 1].number < last;
  const all = isAnew ? more : known.concat(more.filter((line) => line.number > last));
  return all.slice(-LINES_MAX);
}

export class LogTail {
  #world;
  /** @type {any[]} */ #lines = [];
  #level = "info";
  #plugin = "";
  #isFollowing = true;
  #isBusy = false;
  /** It was refused: asking again would not help. */
  #isRefused = false;

  /** @param {import("./world.js").World} world */
  constructor(world) {
    this.#world = world;
    const level = /** @type {HTMLSelectElement} */ (byId("log-level"));
    level.addEventListener("change", () => {
      this.#level = level.value;
      this.#restart();
    });
    const plugin = /** @type {HTMLSelectElement} */ (byId("log-plugin"));
    plugin.addEventListener("change", () => {
      this.#plugin = plugin.value;
      this.#restart();
    });
    const box = byId("log");
    box.addEventListener("scroll", () => {
      this.#isFollowing = box.scrollTop + box.clientHeight > box.scrollHeight - 24;
    }, { passive: true });
    byId("log-query").append(queryButton(() => ({
      title: "Log", url: world.api.url("logs", { level: this.#level, plugin: this.#plugin }),
    }), world.queries));
  }

  /** @param {string[]} names of plugins */
  offer(names) {
    const select = /** @type {HTMLSelectElement} */ (byId("log-plugin"));
    const wanted = ["", "engine", ...names];
    if (select.options.length === wanted.length) return;
    select.replaceChildren(...wanted.map((name) =>
      h("option", { value: name, text: name || "all" })));
    select.value = this.#plugin;
  }

  #restart() {
    this.#lines = [];
    this.#isFollowing = true;
    void this.refresh();
  }

  async refresh() {
    if (!this.#world.session.mayWatch) {
      setText(byId("log-state"), "The log is for administrators: it needs a token with \"admin\": true.");
      return;
    }
    if (this.#isBusy || this.#isRefused) return;
    this.#isBusy = true;
    const [level, plugin] = [this.#level, this.#plugin];
    try {
      const { lines } = await this.#world.api.get("logs", { level, plugin, limit: 200 });
      if (level !== this.#level || plugin !== this.#plugin) return;
      const before = this.#lines[this.#lines.length - 1]?.number;
      this.#lines = newest(this.#lines, lines);
      setText(byId("log-state"), this.#lines.length === 0 ? "No lines of this level yet." : "");
      if (this.#lines[this.#lines.length - 1]?.number !== before || before === undefined) this.#draw();
    } catch (error) {
      const fault = /** @type {import("./api.js").ApiError} */ (error);
      this.#isRefused = fault.status === 403;
      setText(byId("log-state"), fault.message);
    } finally {
      this.#isBusy = false;
    }
  }

  #draw() {
    const box = byId("log");
    box.replaceChildren(...this.#lines.map((line) => {
      const at = Date.parse(line.time);
      const fields = Object.entries(line.fields ?? {}).map(([name, value]) => `${name}=${value}`);
      return h("div", { class: `line ${line.level}` },
        h("time", { datetime: line.time, title: bothZones(at, "UTC"), text: time(at) }),
        h("span", { class: "level", title: line.level },
          h("span", { "aria-hidden": "true", text: SIGNS[line.level] ?? "·" }),
          h("span", { class: "hidden", text: line.level })),
        h("b", { text: line.plugin }),
        h("span", { class: "said" }, line.message, fields.length > 0 ? h("small", { text: ` ${fields.join(" ")}` }) : null));
    }));
    if (this.#isFollowing) box.scrollTop = box.scrollHeight;
  }
}
