// @ts-check
/** How those do that bring ticks in. */

const TICKS = ["trade.>", "quote.>"];
const SNAPSHOT = 16;

/**
 * @typedef {object} Feed
 * @property {string} name
 * @property {string} type
 * @property {string} state what it says of itself, else what its plugin is in
 * @property {string} why
 * @property {number} rate events a second
 * @property {number} count events since its start
 */

/** What sources have said of themselves. */
export class FeedBook {
  /** @type {Map<string, { state: string, why: string }>} */
  #said = new Map();

  /**
   * Takes a status in.
   * @param {any} event
   * @returns {boolean} whether it is news, and not how things stood before
   */
  take(event) {
    if (event.T === "status" && event.of === "source") {
      this.#said.set(event.name, { state: event.st, why: event.why ?? "" });
    }
    return ((event.f ?? 0) & SNAPSHOT) === 0;
  }

  /**
   * Plugins that bring ticks in and do not make them of others.
   * @param {any[]} subjects of `/api/v1/subjects`
   * @param {any[]} plugins of `/api/v1/plugins`
   * @returns {Feed[]}
   */
  feeds(subjects, plugins) {
    const ticks = subjects.filter((one) => TICKS.includes(one.subject));
    const names = (/** @type {"producers" | "consumers"} */ side) =>
      new Set(ticks.flatMap((one) => one[side]));
    const [brings, reads] = [names("producers"), names("consumers")];
    return plugins.filter((plugin) => brings.has(plugin.name) && !reads.has(plugin.name))
      .map((plugin) => {
        const said = plugin.state === "running" ? this.#said.get(plugin.name) : undefined;
        return {
          name: plugin.name, type: plugin.type,
          state: said?.state ?? (plugin.paused ? "paused" : plugin.state),
          why: said?.why || plugin.last_error || "", rate: plugin.out_rate,
          count: plugin.events_out,
        };
      });
  }
}
