// @ts-check
/**
 * Client of Tickwire's WebSocket protocol (docs/websocket.md), for browsers and Node 18 or newer.
 *
 * It reconnects by itself and goes on where it was; what was lost meanwhile is told by a gap.
 *
 *     const client = connect("ws://127.0.0.1:8000/api/v1/stream");
 *     for await (const event of client.subscribe("trade.*", { from: "snapshot" })) …
 *
 * @module
 */

/**
 * An event as the server writes it; docs/websocket.md, section 4, says what the members mean.
 * Kinds of this client's own: a `gap` whose `why` is `client` (the program was too slow and events
 * were dropped here), and `epoch` (the engine has begun another log: what was missed is not known).
 * @typedef {{ T: string, q?: number, S?: string, t?: string | number, f?: number,
 *   [member: string]: any }} TickwireEvent
 */

/**
 * @typedef {object} SubscribeOptions
 * @property {"drop-oldest" | "conflate" | "disconnect"} [policy]
 * @property {string} [rate] with `conflate`: time between two deliveries, such as `"250ms"`
 * @property {string} [flush] how long an event may wait for others
 * @property {string} [from] `"live"`, `"snapshot"`, a position, or a time in ISO 8601
 * @property {"iso" | "ns"} [times]
 * @property {"basic" | "full"} [fields]
 * @property {"position" | "snapshot"} [resume] how it goes on after a lost connection: with every
 *   event since (the default), or with how things are then
 * @property {number} [limit] most events that wait for a program that iterates (10,000)
 */

/**
 * @typedef {object} Backoff
 * @property {number} [initialMs] the first wait (250)
 * @property {number} [maximumMs] the longest (30,000)
 * @property {number} [factor] by which each is longer than the last (2)
 * @property {number} [laterMs] the least when the server asked to come back later (5,000)
 * @property {number} [attempts] attempts in a row without success after which it gives up (no end)
 */

/**
 * What this client needs of a WebSocket: browsers, Node 22 and packages such as `ws` have it.
 * @typedef {object} Socket
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 * @property {((event: any) => void) | null} onerror
 * @property {(text: string) => void} send
 * @property {(code?: number, reason?: string) => void} close
 */

/**
 * Timers and chance, for tests.
 * @typedef {object} World
 * @property {(body: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now milliseconds
 * @property {() => number} random from 0 to below 1
 */

/**
 * @typedef {object} ClientOptions
 * @property {string} [token] shown after connecting; nothing of it is in the address
 * @property {string} [name] this program's, for the server's list of clients
 * @property {new (url: string) => Socket} [WebSocket] where there is no global one
 * @property {Backoff} [backoff]
 * @property {number} [silenceMs] after which a connection counts as broken (10,000); never before
 *   three heartbeats of the server
 * @property {World} [world]
 */

/** Flags of an event, in its member `f`. */
export const Flag = Object.freeze({
  RECEIPT_TIME: 1,
  REPLAYED: 2,
  SIMULATED: 4,
  CONFLATED: 8,
  SNAPSHOT: 16,
  INEXACT: 32,
  INCOMPLETE_LEFT: 64,
  OUTSIDE_SESSION: 128,
});

/** Codes after which the same again leads to the same. */
const GIVE_UP = new Set([1000, 1002, 1003, 1007, 1008, 1009, 1010, 4400, 4401, 4403, 4410]);
const RECONNECT = new Set([1001, 1005, 1006, 1012, 4408, 4413]);
const LATER = new Set([1011, 1013, 1014, 4429]);

/**
 * What to do after a close code: docs/websocket.md, section 5.
 * @param {number} code
 * @returns {"reconnect" | "reconnect later" | "give up"}
 */
export function adviceFor(code) {
  if (GIVE_UP.has(code)) return "give up";
  if (RECONNECT.has(code)) return "reconnect";
  if (LATER.has(code)) return "reconnect later";
  return code >= 4400 && code <= 4499 ? "give up" : "reconnect later";
}

/**
 * Milliseconds of a duration such as `"1.5s"` or `"1m30s"`.
 * @param {string} text
 * @returns {number} NaN for text that is none
 */
export function milliseconds(text) {
  /** @type {Record<string, number>} */
  const units = { d: 864e5, h: 36e5, m: 6e4, s: 1e3, ms: 1, us: 1e-3, "µs": 1e-3, ns: 1e-6 };
  let total = 0;
  const rest = text.replace(/(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)/g, (_, amount, unit) => {
    total += Number(amount) * units[unit];
    return "";
  });
  return rest === "" && text !== "" ? total : NaN;
}

/** What the server, or this client, says went wrong. */
export class TickwireError extends Error {
  /**
   * @param {string} code such as `invalid_argument`; docs/websocket.md, section 2
   * @param {string} message
   * @param {{ hint?: string, line?: number, column?: number, request?: string }} [details]
   */
  constructor(code, message, details = {}) {
    super(details.hint ? `${message} (${details.hint})` : message);
    this.name = "TickwireError";
    this.code = code;
    this.hint = details.hint ?? "";
    /** Where in the request, from 1. */
    this.line = details.line;
    this.column = details.column;
    /** The request around that place. */
    this.request = details.request;
  }
}

/** Handlers by name; one that throws does not keep the others from being called. */
class Emitter {
  /** @type {Map<string, Set<(value: any) => void>>} */
  #handlers = new Map();

  /**
   * Calls a handler whenever something happens. Returns a function that ends that.
   * @param {string} name
   * @param {(value: any) => void} handler
   * @returns {() => void}
   */
  on(name, handler) {
    const handlers = this.#handlers.get(name) ?? new Set();
    handlers.add(handler);
    this.#handlers.set(name, handlers);
    return () => void handlers.delete(handler);
  }

  /** @param {string} name @returns {boolean} */
  hears(name) {
    return (this.#handlers.get(name)?.size ?? 0) > 0;
  }

  /** @param {string} name @param {any} [value] */
  emit(name, value) {
    for (const handler of this.#handlers.get(name) ?? []) {
      try {
        handler(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/**
 * A subscription that outlives connections. Iterate over it, or use `on`:
 *
 * | `on` | gets |
 * |---|---|
 * | `events` | a list of events, gaps among them, as they came |
 * | `event` | one event |
 * | `gap` | a gap: what this subscription lost |
 * | `epoch` | the engine has begun another log: `{ epoch, from }` |
 * | `subscribed` | what the server granted, after every connection |
 * | `live` | the snapshot, or what was recorded, is complete |
 * | `position` | it is known that all before a position was sent |
 * | `end` | it is over; with an error unless this program ended it |
 *
 * Events wait for whoever iterates, unless there is a handler for `event` or `events`.
 */
export class Subscription {
  /** @type {Client} */ #client;
  #emitter = new Emitter();
  /** @type {TickwireEvent[]} */ #waiting = [];
  #first = 0;
  #dropped = { count: 0, from: 0, to: 0 };
  /** @type {(() => void)[]} */ #sleepers = [];
  #isConflated;
  #isLive = false;
  #isEnded = false;
  /** @type {TickwireError | null} */ #error = null;
  /** @type {string | null} */ #epoch = null;
  #next = 0;

  /**
   * Made by `Client.subscribe`.
   * @param {Client} client
   * @param {number} number
   * @param {string[]} subjects
   * @param {SubscribeOptions} options
   */
  constructor(client, number, subjects, options) {
    this.#client = client;
    /** Marks its messages on the wire. */
    this.number = number;
    this.subjects = subjects;
    this.options = { ...options };
    this.#isConflated = options.policy === "conflate";
    /** Events that the server should not have sent, and that were left out. */
    this.faults = 0;
  }

  /** Where it is, `EPOCH:SEQUENCE`: give it as `from` to go on there later. Null before the first answer. */
  get position() {
    return this.#epoch === null ? null : `${this.#epoch}:${this.#next}`;
  }

  /** Whether the snapshot, or what was recorded, is complete. */
  get isLive() {
    return this.#isLive;
  }

  get isEnded() {
    return this.#isEnded;
  }

  /**
   * @param {"events" | "event" | "gap" | "epoch" | "subscribed" | "live" | "position" | "end"} name
   * @param {(value: any) => void} handler
   * @returns {() => void} ends it
   */
  on(name, handler) {
    return this.#emitter.on(name, handler);
  }

  /**
   * Changes intervals, now and for later connections.
   * @param {{ rate?: string, flush?: string }} intervals
   * @returns {Promise<any>} the intervals as they are now
   */
  async update(intervals) {
    const ok = await this.#client.request("update", { sub: this.number, ...intervals });
    Object.assign(this.options, intervals);
    return ok;
  }

  /** Ends it. Who iterates gets what waits, then the end. */
  close() {
    if (this.#isEnded) return;
    this.#client._drop(this);
    this._end(null);
  }

  /** @returns {AsyncIterator<TickwireEvent, void>} */
  [Symbol.asyncIterator]() {
    return {
      next: async () => {
        for (;;) {
          const event = this.#take();
          if (event !== undefined) return { done: false, value: event };
          if (this.#error) throw this.#error;
          if (this.#isEnded) return { done: true, value: undefined };
          await new Promise((resolve) => this.#sleepers.push(() => resolve(undefined)));
        }
      },
      return: async () => {
        this.close();
        return { done: true, value: undefined };
      },
    };
  }

  /** @returns {TickwireEvent | undefined} */
  #take() {
    if (this.#dropped.count > 0) {
      const { count, from, to } = this.#dropped;
      this.#dropped = { count: 0, from: 0, to: 0 };
      return { T: "gap", from, to, n: count, why: "client" };
    }
    if (this.#first === this.#waiting.length) return undefined;
    const event = this.#waiting[this.#first++];
    // What was taken goes in one step now and then: shifting one by one takes time for each.
    if (this.#first === this.#waiting.length || this.#first > 4096) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    return event;
  }

  #wake() {
    const sleepers = this.#sleepers;
    this.#sleepers = [];
    for (const sleeper of sleepers) sleeper();
  }

  /** @param {TickwireEvent[]} events */
  #deliver(events) {
    if (events.length === 0) return;
    const isHeard = this.#emitter.hears("events") || this.#emitter.hears("event");
    this.#emitter.emit("events", events);
    for (const event of events) {
      this.#emitter.emit("event", event);
      if (event.T === "gap" && event.q === undefined) this.#emitter.emit("gap", event);
      if (event.T === "epoch") this.#emitter.emit("epoch", event);
      if (!isHeard) this.#waiting.push(event);
    }
    const surplus = this.#waiting.length - this.#first - (this.options.limit ?? 10_000);
    if (surplus > 0) {
      for (const event of this.#waiting.splice(this.#first, surplus)) {
        this.#dropped.count += event.T === "gap" ? event.n ?? 0 : 1;
        const from = event.from ?? event.q ?? 0;
        if (this.#dropped.from === 0) this.#dropped.from = from;
        this.#dropped.to = Math.max(this.#dropped.to, event.to ?? event.q ?? 0);
      }
    }
    this.#wake();
  }

  // What the client calls.

  /** The members of the request that begins it, now or after a lost connection. */
  _wish() {
    const { policy, rate, flush, times, fields, resume } = this.options;
    let from = this.options.from;
    if (this.#epoch !== null) {
      // A snapshot that was cut off is worth little without its rest.
      const isCut = this.options.from === "snapshot" && !this.#isLive;
      from = resume === "snapshot" || isCut ? "snapshot" : this.position ?? from;
    }
    return { subjects: this.subjects, sub: this.number, policy, rate, flush, times, fields, from };
  }

  /** @param {any} ok */
  _subscribed(ok) {
    const before = this.position;
    const isOther = this.#epoch !== null && ok.epoch !== this.#epoch;
    this.#isLive = false;
    this.#isConflated = ok.policy === "conflate";
    this.#epoch = ok.epoch;
    this.#next = ok.next;
    this.#emitter.emit("subscribed", ok);
    if (isOther || ok.resume === "another_epoch") {
      this.#deliver([{ T: "epoch", epoch: ok.epoch, from: before ?? undefined }]);
    }
  }

  /** @param {any} message */
  _message(message) {
    if (message.e !== undefined) this.#events(message.e);
    if (message.live !== undefined) {
      this.#advance(message.live);
      this.#isLive = true;
      this.#emitter.emit("live", message.live);
    }
    if (message.at !== undefined) this.#advance(message.at);
  }

  /** @param {number} next */
  _heartbeat(next) {
    if (this.#isLive) this.#advance(next);
  }

  /** @param {number} next */
  #advance(next) {
    if (next <= this.#next) return;
    this.#next = next;
    this.#emitter.emit("position", this.position);
  }

  /** @param {TickwireEvent[]} events */
  #events(events) {
    /** @type {TickwireEvent[] | null} */
    let good = null;
    events.forEach((event, index) => {
      if (!this.#note(event)) good ??= events.slice(0, index);
      else good?.push(event);
    });
    this.#deliver(good ?? events);
  }

  /**
   * Moves the position; false for an event that comes again.
   * @param {TickwireEvent} event
   */
  #note(event) {
    const sequence = event.q;
    if (sequence === undefined) {
      if (event.T === "gap") this.#next = Math.max(this.#next, event.to + 1);
      return true;
    }
    if (((event.f ?? 0) & (Flag.SNAPSHOT | Flag.CONFLATED)) !== 0) return true;
    if (sequence < this.#next) {
      this.faults += 1;
      return false;
    }
    // What a conflated subscription has sent is said by positions alone.
    if (!this.#isConflated) this.#next = sequence + 1;
    return true;
  }

  /** @param {TickwireError | null} error */
  _end(error) {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    this.#emitter.emit("end", error);
    this.#wake();
  }
}

/**
 * A connection that is made again when it is lost.
 *
 * | `on` | gets |
 * |---|---|
 * | `state` | `connecting`, `open`, `waiting` (for the next attempt) or `closed` |
 * | `hello` | what the server said of itself |
 * | `goaway` | the server stops |
 * | `lost` | `{ code, reason, advice, waitMs }` |
 * | `error` | a `TickwireError` that belongs to no request |
 */
export class Client {
  #emitter = new Emitter();
  /** @type {ClientOptions} */ #options;
  /** @type {World} */ #world;
  /** @type {Socket | null} */ #socket = null;
  /** @type {"connecting" | "open" | "waiting" | "closed"} */ #state = "connecting";
  /** @type {Map<number, { resolve: (ok: any) => void, reject: (error: Error) => void }>} */
  #requests = new Map();
  /** @type {Map<number, Subscription>} */ #subscriptions = new Map();
  #lastRequest = 0;
  #lastNumber = 0;
  #attempts = 0;
  #waitMs = 0;
  #goawayMs = 0;
  #heardAt = 0;
  /** @type {any} */ #retryTimer = undefined;
  /** @type {any} */ #silenceTimer = undefined;
  /**
   * What the server said of itself; null while there is no connection.
   * @type {any}
   */
  hello = null;

  /**
   * @param {string} url such as `ws://127.0.0.1:8000/api/v1/stream`
   * @param {ClientOptions} [options]
   */
  constructor(url, options = {}) {
    this.url = url;
    this.#options = options;
    this.#world = options.world ?? {
      setTimeout: (body, ms) => setTimeout(body, ms),
      clearTimeout: (timer) => clearTimeout(timer),
      now: () => Date.now(),
      random: () => Math.random(),
    };
    this.#connect();
  }

  /** `connecting`, `open`, `waiting` or `closed`. */
  get state() {
    return this.#state;
  }

  /**
   * @param {"state" | "hello" | "goaway" | "lost" | "error"} name
   * @param {(value: any) => void} handler
   * @returns {() => void} ends it
   */
  on(name, handler) {
    return this.#emitter.on(name, handler);
  }

  /**
   * Asks for events. It begins as soon as there is a connection, and again after each new one.
   * @param {string | string[]} subjects such as `"trade.*"` or `["quote.EURUSD", "bar.EURUSD.1m"]`
   * @param {SubscribeOptions} [options]
   */
  subscribe(subjects, options = {}) {
    const list = typeof subjects === "string" ? [subjects] : [...subjects];
    const subscription = new Subscription(this, ++this.#lastNumber, list, options);
    if (this.#state === "closed") {
      subscription._end(new TickwireError("unavailable", "the client is closed"));
      return subscription;
    }
    this.#subscriptions.set(subscription.number, subscription);
    if (this.#state === "open") this.#begin(subscription);
    return subscription;
  }

  /**
   * Sends a request; the promise has the answer's `ok`. It is not sent again when the connection
   * is lost: then it fails with `unavailable`.
   * @param {string} operation
   * @param {Record<string, any>} [members]
   * @returns {Promise<any>}
   */
  request(operation, members = {}) {
    const socket = this.#socket;
    if (!socket || this.hello === null) {
      return Promise.reject(new TickwireError("unavailable", "there is no connection"));
    }
    const id = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, op: operation, ...members }));
    });
  }

  /** Where the log is: `{ epoch, next, t }`. */
  ping() {
    return this.request("ping");
  }

  /** Closes the connection for good; subscriptions end. */
  close() {
    if (this.#state === "closed") return;
    const socket = this.#detach();
    this.#finish(null);
    socket?.close(1000, "");
  }

  /** @param {Subscription} subscription */
  _drop(subscription) {
    const isKnown = this.#subscriptions.delete(subscription.number);
    if (!isKnown || subscription.position === null) {
      // Its answer may be under way: it is ended when that comes.
      return;
    }
    if (this.#state === "open") this.#unsubscribe(subscription.number);
  }

  /** @param {number} number */
  #unsubscribe(number) {
    // Lost with the connection, or gone already: both are what was wanted.
    this.request("unsubscribe", { sub: number }).catch(() => {});
  }

  // Connecting

  #connect() {
    const Constructor =
      this.#options.WebSocket ?? /** @type {any} */ (globalThis).WebSocket;
    if (Constructor === undefined) {
      throw new TickwireError(
        "failed_precondition", "there is no WebSocket here",
        { hint: "give one in the options: { WebSocket }" });
    }
    this.#setState("connecting");
    /** @type {Socket} */
    let socket;
    try {
      socket = new Constructor(this.url);
    } catch (error) {
      // An address that is none will not become one.
      return this.#finish(new TickwireError("invalid_argument", String(error)));
    }
    this.#socket = socket;
    this.#heard();
    this.#watch();
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = (event) => this.#lost(event.code ?? 1006, event.reason ?? "");
    // What went wrong is told by `onclose`, which always follows.
    socket.onerror = () => {};
  }

  /** @param {"connecting" | "open" | "waiting" | "closed"} state */
  #setState(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.#emitter.emit("state", state);
  }

  #heard() {
    this.#heardAt = this.#world.now();
  }

  /** How long it may be silent; 0 is for ever. A server that seldom has to speak is not broken. */
  #silenceMs() {
    const silenceMs = this.#options.silenceMs ?? 10_000;
    if (silenceMs <= 0) return 0;
    return Math.max(silenceMs, 3 * (milliseconds(this.hello?.heartbeat ?? "0s") || 0));
  }

  /** Looks now and then whether anything was heard: a timer for every message would cost more. */
  #watch() {
    const silenceMs = this.#silenceMs();
    if (silenceMs <= 0) return;
    this.#silenceTimer = this.#world.setTimeout(() => {
      const socket = this.#socket;
      if (!socket) return;
      if (this.#world.now() - this.#heardAt < this.#silenceMs()) return this.#watch();
      // It may take minutes until a dead connection is closed in good order.
      this.#lost(4408, "nothing was heard");
      socket.close();
    }, silenceMs / 2);
  }

  #detach() {
    const socket = this.#socket;
    this.#socket = null;
    this.hello = null;
    this.#world.clearTimeout(this.#silenceTimer);
    this.#world.clearTimeout(this.#retryTimer);
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) {
      request.reject(new TickwireError("unavailable", "the connection was lost"));
    }
    return socket;
  }

  /** @param {number} code @param {string} reason */
  #lost(code, reason) {
    this.#detach();
    const advice = adviceFor(code);
    const { attempts = Infinity } = this.#options.backoff ?? {};
    this.#attempts += 1;
    const givesUp = advice === "give up" || this.#attempts > attempts;
    const waitMs = givesUp ? 0 : this.#nextWait(advice);
    this.#emitter.emit("lost", { code, reason, advice, waitMs });
    if (this.#state === "closed") return;
    if (givesUp) {
      const text = reason === "" ? `closed with ${code}` : `closed with ${code}: ${reason}`;
      const error = new TickwireError(code === 4401 ? "unauthenticated" : "unavailable", text);
      return this.#finish(code === 1000 ? null : error);
    }
    this.#setState("waiting");
    this.#retryTimer = this.#world.setTimeout(() => this.#connect(), waitMs);
  }

  /**
   * Twice as long each time, and by chance up to half less, so that clients which lost the same server do not
   * all come back at once.
   * @param {string} advice
   */
  #nextWait(advice) {
    const { initialMs = 250, maximumMs = 30_000, factor = 2, laterMs = 5_000 } =
      this.#options.backoff ?? {};
    this.#waitMs = Math.min(this.#waitMs === 0 ? initialMs : this.#waitMs * factor, maximumMs);
    const wait = this.#waitMs * (0.5 + this.#world.random() / 2);
    const least = Math.max(advice === "reconnect later" ? laterMs : 0, this.#goawayMs);
    this.#goawayMs = 0;
    return Math.max(wait, least);
  }

  /** @param {TickwireError | null} error */
  #finish(error) {
    this.#setState("closed");
    if (error) this.#emitter.emit("error", error);
    const subscriptions = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    for (const subscription of subscriptions) subscription._end(error);
  }

  // Messages

  /** @param {any} data */
  #received(data) {
    this.#heard();
    let message;
    try {
      message = JSON.parse(data);
    } catch (error) {
      this.#emitter.emit("error", new TickwireError("internal", `not JSON: ${error}`));
      return;
    }
    if (message.s !== undefined) {
      const subscription = this.#subscriptions.get(message.s);
      if (!subscription) return;
      if (message.end === undefined) return subscription._message(message);
      return this.#ended(subscription, message.end);
    }
    if (message.at !== undefined) {
      for (const subscription of this.#subscriptions.values()) subscription._heartbeat(message.at);
    } else if (message.hello !== undefined) {
      this.#greeted(message.hello);
    } else if (message.goaway !== undefined) {
      this.#goawayMs = milliseconds(message.goaway.reconnect ?? "0s") || 0;
      this.#emitter.emit("goaway", message.goaway);
    } else if (message.id !== undefined) {
      this.#answered(message);
    }
  }

  /** @param {any} hello */
  async #greeted(hello) {
    const socket = this.#socket;
    this.hello = hello;
    this.#emitter.emit("hello", hello);
    const { token, name } = this.#options;
    if (token !== undefined || name !== undefined) {
      try {
        await this.request("hello", { client: name, token });
      } catch (error) {
        if (this.#socket !== socket) return;
        // It may say later, or never, what it closes with: an unknown token will not become known.
        const refused = /** @type {TickwireError} */ (error);
        const isUnknown = refused.code === "unauthenticated";
        if (!isUnknown) this.#emitter.emit("error", refused);
        this.#lost(isUnknown ? 4401 : 1013, refused.message);
        socket?.close();
        return;
      }
    }
    if (this.#socket !== socket) return;
    [this.#attempts, this.#waitMs] = [0, 0];
    this.#setState("open");
    for (const subscription of this.#subscriptions.values()) this.#begin(subscription);
  }

  /** @param {Subscription} subscription */
  #begin(subscription) {
    this.request("subscribe", subscription._wish()).then(
      (ok) => {
        if (subscription.isEnded) this.#unsubscribe(subscription.number);
      },
      (error) => this.#ended(subscription, error));
  }

  /**
   * The server refuses or ends a subscription. One that may be had later is asked for again with
   * the next connection.
   * @param {Subscription} subscription
   * @param {{ code: string, message: string, hint?: string }} error
   */
  #ended(subscription, error) {
    if (error.code === "unavailable" || subscription.isEnded) return;
    this.#subscriptions.delete(subscription.number);
    subscription._end(
      error instanceof TickwireError ? error : new TickwireError(error.code, error.message, error));
  }

  /** @param {any} message */
  #answered(message) {
    const request = this.#requests.get(message.id);
    if (!request) {
      if (message.error) {
        const error = new TickwireError(message.error.code, message.error.message, message.error);
        this.#emitter.emit("error", error);
      }
      return;
    }
    this.#requests.delete(message.id);
    if (message.error) {
      request.reject(
        new TickwireError(message.error.code, message.error.message, message.error));
      return;
    }
    // Events may follow at once, before whoever waits for the promise runs.
    const subscription = this.#subscriptions.get(message.ok?.sub);
    if (subscription && message.ok.epoch !== undefined) subscription._subscribed(message.ok);
    request.resolve(message.ok);
  }
}

/**
 * Connects to a server, and again whenever the connection is lost.
 * @param {string} url such as `ws://127.0.0.1:8000/api/v1/stream`
 * @param {ClientOptions} [options]
 * @returns {Client}
 */
export function connect(url, options) {
  return new Client(url, options);
}
