// @ts-check
/** What the page reads of the stream all the time. */
import { readable } from "./session.js";

/** @typedef {import("./tickwire.js").Client} Client */
/** @typedef {import("./session.js").Access} Access */

/**
 * How often prices come: less often the more there are, so that a page of thousands stays quick.
 * @param {number} instruments
 * @param {boolean} isHidden nobody looks at the page
 */
export function priceRate(instruments, isHidden) {
  if (isHidden) return "5s";
  return instruments > 2000 ? "1s" : instruments > 200 ? "500ms" : "250ms";
}

export class PriceStream {
  #client;
  #access;
  #heard;
  /** @type {import("./tickwire.js").Subscription | null} */ #prices = null;
  /** @type {import("./tickwire.js").Subscription | null} */ #days = null;
  #rate = "";
  #count = 0;

  /**
   * @param {Client} client
   * @param {Access} access
   * @param {{ events: (events: any[]) => void, news: (events: any[]) => void,
   *   failed: (error: Error) => void }} heard
   */
  constructor(client, access, heard) {
    this.#client = client;
    this.#access = access;
    this.#heard = heard;
  }

  /**
   * Begins with prices.
   * @param {number} count of instruments
   */
  begin(count) {
    this.#count = count;
    this.#rate = priceRate(count, document.hidden);
    const subjects = [
      ...readable(this.#access, "trade", "trade.*"), ...readable(this.#access, "quote", "quote.*"),
    ];
    if (subjects.length > 0) {
      this.#prices = this.#client.subscribe(
        subjects, { policy: "conflate", rate: this.#rate, from: "snapshot", resume: "snapshot" });
      this.#prices.on("events", this.#heard.events);
      this.#prices.on("end", (error) => error && this.#heard.failed(error));
    }
    document.addEventListener("visibilitychange", () => this.#pace());
  }

  /** What happens now and then. */
  beginNews() {
    const news = ["alert", "status", "gap"].flatMap((kind) =>
      readable(this.#access, kind, `${kind}.>`));
    if (news.length > 0) {
      // With how sources stand now; flags tell that from news.
      const told = this.#client.subscribe(news, { from: "snapshot", resume: "snapshot" });
      told.on("events", this.#heard.news);
    }
  }

  /**
   * Bars of the day, for changes since its open.
   * @param {string | null} spec null where there are none
   */
  beginDays(spec) {
    if (spec === null) return;
    const subjects = readable(this.#access, "bar", `bar.*.${spec}`)
      .filter((subject) => subject.endsWith(`.${spec}`));
    if (subjects.length === 0 || this.#days) return;
    this.#days = this.#client.subscribe(
      subjects, { policy: "conflate", rate: "2s", from: "snapshot", resume: "snapshot" });
    this.#days.on("events", this.#heard.events);
  }

  /**
   * There are so many instruments now.
   * @param {number} count
   */
  counted(count) {
    this.#count = count;
    this.#pace();
  }

  #pace() {
    const rate = priceRate(this.#count, document.hidden);
    if (!this.#prices || rate === this.#rate) return;
    this.#rate = rate;
    // Refused while there is no connection: the next one begins with the interval that is wanted.
    this.#prices.options.rate = rate;
    this.#prices.update({ rate }).catch(() => {});
  }

  /** The rate that prices come at. */
  get rate() {
    return this.#rate;
  }
}
