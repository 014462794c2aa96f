// A server without sockets, and time that tests turn.

/** Timers that fire when a test says so. */
export class World {
  time = 0;
  timers = new Map();
  chance = 0.5;
  #last = 0;

  setTimeout = (body, ms) => {
    this.timers.set(++this.#last, { body, at: this.time + ms });
    return this.#last;
  };

  clearTimeout = (timer) => void this.timers.delete(timer);
  now = () => this.time;
  random = () => this.chance;

  /** Lets time pass, timer by timer. */
  async pass(ms) {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end);
      if (due.length === 0) break;
      const [id, timer] = due.reduce((a, b) => (b[1].at < a[1].at ? b : a));
      this.timers.delete(id);
      this.time = Math.max(this.time, timer.at);
      timer.body();
      await settle();
    }
    this.time = end;
    await settle();
  }
}

/** Lets promises that are ready run. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Accepts fake sockets; `connections` has them in order. */
export class Server {
  connections = [];
  epoch = "17";
  next = 42;

  constructor() {
    const server = this;
    this.WebSocket = class {
      onopen = null;
      onmessage = null;
      onclose = null;
      onerror = null;
      sent = [];
      closedWith = undefined;

      constructor(url) {
        this.url = url;
        server.connections.push(this);
      }

      send(text) {
        this.sent.push(JSON.parse(text));
      }

      close(code) {
        this.closedWith = code ?? 1005;
      }

      /** Says something to the client. */
      say(...messages) {
        for (const message of messages) {
          this.onmessage?.({
            data: typeof message === "string" ? message : JSON.stringify(message),
          });
        }
      }

      /** Ends the connection from the server's side. */
      end(code, reason = "") {
        this.onclose?.({ code, reason });
      }

      greet(more = {}) {
        this.say({ hello: { server: "tickwire", version: 1, epoch: server.epoch,
          next: server.next, token: "not needed", heartbeat: "1s", ...more } });
      }

      /** The last request of an operation. */
      last(operation) {
        return this.sent.filter((request) => request.op === operation).at(-1);
      }

      /** Grants the last subscription that was asked for. */
      grant(more = {}) {
        const { id, sub, policy = "drop-oldest" } = this.last("subscribe");
        this.say({ id, ok: { sub, epoch: server.epoch, next: server.next, policy, ...more } });
      }
    };
  }

  get connection() {
    return this.connections.at(-1);
  }
}

/** Trades with these sequences. */
export const trades = (...sequences) =>
  sequences.map((q) => ({ T: "trade", q, S: "EURUSD", p: 1.07, t: "2026-11-20T20:12:30Z" }));

/** Takes so many events of an iterator. */
export async function take(iterator, count) {
  const events = [];
  while (events.length < count) {
    const { done, value } = await iterator.next();
    if (done) break;
    events.push(value);
  }
  return events;
}
