// @ts-check
/** Dark and light: as the system has it, unless the viewer has chosen. */

/** @typedef {"auto" | "dark" | "light"} Choice */

const KEY = "tickwire.theme";
/** @type {Choice[]} */
const ORDER = ["auto", "dark", "light"];

export class Theme {
  /** @type {Set<() => void>} */ #heard = new Set();
  /** @type {Record<string, string>} */ #values = {};
  #system = matchMedia("(prefers-color-scheme: light)");

  constructor() {
    this.#system.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  /** @returns {Choice} */
  get choice() {
    const kept = /** @type {Choice} */ (localStorage.getItem(KEY) ?? "auto");
    return ORDER.includes(kept) ? kept : "auto";
  }

  /**
   * Goes over to the next choice.
   * @returns {Choice}
   */
  next() {
    const choice = ORDER[(ORDER.indexOf(this.choice) + 1) % ORDER.length];
    localStorage.setItem(KEY, choice);
    this.#apply();
    return choice;
  }

  /** @param {() => void} heard called when colours change */
  on(heard) {
    this.#heard.add(heard);
  }

  #apply() {
    const choice = this.choice;
    const isLight = choice === "light" || (choice === "auto" && this.#system.matches);
    document.documentElement.dataset.theme = isLight ? "light" : "dark";
    const style = getComputedStyle(document.documentElement);
    const names = [
      "text", "muted", "grid", "up", "down", "up-soft", "down-soft", "mark", "surface", "font",
      "line-1", "line-2", "line-3", "line-4", "line-5", "line-6",
    ];
    this.#values = Object.fromEntries(
      names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    for (const heard of this.#heard) heard();
  }

  /**
   * A colour of the style sheet.
   * @param {string} name
   */
  colour(name) {
    return this.#values[name] ?? "";
  }

  /** @returns {import("./library-chart.js").ChartColours} */
  get chart() {
    return {
      text: this.colour("muted"), grid: this.colour("grid"), up: this.colour("up"),
      down: this.colour("down"), upSoft: this.colour("up-soft"),
      downSoft: this.colour("down-soft"), mark: this.colour("mark"), font: this.colour("font"),
    };
  }
}
