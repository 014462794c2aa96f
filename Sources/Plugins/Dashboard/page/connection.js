// @ts-check
/** How the connection does, in words: open, lost, coming back, and what was missed. */
import { byId, setText } from "./dom.js";
import { duration } from "./format.js";

const PING_MS = 10_000;
/** Ticks that are older were not made now: of those that are played again no lag is known. */
const LAG_MAX = 60_000;

/**
 * How far the server's clock is ahead, from one answer to a ping.
 * @param {number} sent @param {number} received both by the own clock
 * @param {number} there the server's time between them
 */
export function clockOffset(sent, received, there) {
  return there - (sent + received) / 2;
}

export class ConnectionState {
  #client;
  #notify;
  /** @type {string | null} */ #epoch = null;
  /** @type {number | null} */ #lostAt = null;
  #pingedAt = -Infinity;
  #offset = 0;
  /**
   * Milliseconds there and back.
   * @type {number | null}
   */
  trip = null;
  /**
   * Milliseconds from the newest event to its arrival.
   * @type {number | null}
   */
  lag = null;
  /** How often it was lost. */
  losses = 0;

  /**
   * @param {import("./tickwire.js").Client} client
   * @param {(text: string, kind?: "info" | "bad") => void} notify
   * @param {import("./session.js").Session} session
   */
  constructor(client, notify, session) {
    this.#client = client;
    this.#notify = notify;
    client.on("hello", (hello) => this.#hello(hello));
    client.on("goaway", () => this.#show("waiting", "the server stops"));
    client.on("lost", (lost) => {
      this.losses += 1;
      this.#lostAt ??= Date.now();
      this.lag = null;
      this.trip = null;
      if (lost.code === 4401) {
        session.isClosed = true;
        session.ask("The server does not know this token.");
      }
      if (lost.advice === "give up") {
        this.#show("closed", lost.reason || "refused");
        this.#notify(`The server has ended the connection: ${lost.reason || lost.code}`, "bad");
      } else {
        this.#show("waiting", `lost, again in ${duration(lost.waitMs)}`);
      }
    });
    client.on("state", (state) => {
      if (state === "open") this.#show("open", "live");
      else if (state === "connecting") this.#show("waiting", "connecting");
    });
  }

  /** @param {string} text */
  failed(text) {
    this.#show("waiting", text);
  }

  /** @param {any} hello */
  #hello(hello) {
    const isOther = this.#epoch !== null && hello.epoch !== this.#epoch;
    this.#epoch = hello.epoch;
    if (this.#lostAt !== null) {
      const away = duration(Date.now() - this.#lostAt);
      this.#notify(isOther
        ? `Back after ${away}. The engine has begun a new log: what happened meanwhile is a gap.`
        : `Back after ${away}; what was missed is read now.`);
      this.#lostAt = null;
    }
    this.#pingedAt = -Infinity;
    this.ask();
  }

  /** Measures the way now and then. */
  ask() {
    const now = Date.now();
    if (this.#client.state !== "open" || now - this.#pingedAt < PING_MS) return;
    this.#pingedAt = now;
    const sent = performance.now();
    this.#client.ping().then((answer) => {
      this.trip = performance.now() - sent;
      this.#offset = clockOffset(now, now + this.trip, Date.parse(answer.t));
    }, () => {
      this.trip = null;
    });
  }

  /**
   * Events have come.
   * @param {number | null} newest when the newest of them happened
   */
  heard(newest) {
    if (newest === null) return;
    const lag = Date.now() + this.#offset - newest;
    this.lag = lag > LAG_MAX ? null : Math.max(lag, 0);
  }

  /** @param {"open" | "waiting" | "closed"} state @param {string} text */
  #show(state, text) {
    const node = byId("connection");
    node.dataset.state = state;
    setText(byId("connection-text"), text);
  }
}
