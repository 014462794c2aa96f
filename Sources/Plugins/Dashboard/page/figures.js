// @ts-check
/** Figures of the engine over time, as this page has seen them. */

/** Ten minutes, a sample every two seconds. */
export const SAMPLES_MAX = 300;

/**
 * @typedef {object} Sample
 * @property {number} at milliseconds since 1970
 * @property {number | null} rate events a second
 * @property {number | null} cpu processors that are busy
 * @property {number | null} memory bytes
 * @property {Map<string, { p50: number, p99: number }>} hops nanoseconds from receipt to delivery, by plugin
 */

/**
 * What lies between two answers of `/api/v1/status`.
 * @param {any} before
 * @param {any} now
 * @returns {{ rate: number | null, cpu: number | null }} nothing when the engine was started anew
 */
export function between(before, now) {
  const seconds = before ? now.uptime_seconds - before.uptime_seconds : 0;
  if (!before || before.epoch !== now.epoch || seconds <= 0) return { rate: null, cpu: null };
  return {
    rate: Math.max((now.sequence - before.sequence) / seconds, 0),
    cpu: now.cpu_seconds === undefined || before.cpu_seconds === undefined
      ? null : Math.max((now.cpu_seconds - before.cpu_seconds) / seconds, 0),
  };
}

/** Samples, oldest first; a time without answers leaves a hole. */
export class Figures {
  /** @type {Sample[]} */ samples = [];
  /** @type {any} */ #status = null;
  /**
   * The newest answers.
   * @type {any}
   */
  status = null;
  /** @type {any[]} */ plugins = [];

  /**
   * @param {any} status of `/api/v1/status`
   * @param {any[]} plugins of `/api/v1/plugins`
   * @param {number} at
   */
  take(status, plugins, at) {
    const { rate, cpu } = between(this.#status, status);
    this.#status = status;
    this.status = status;
    this.plugins = plugins;
    /** @type {Sample["hops"]} */ const hops = new Map();
    for (const plugin of plugins) {
      if (plugin.hop_p50_ns === null || plugin.hop_p50_ns === undefined) continue;
      hops.set(plugin.name, { p50: plugin.hop_p50_ns, p99: plugin.hop_p99_ns });
    }
    this.#push({ at, rate, cpu, memory: status.resident_bytes ?? null, hops });
  }

  /**
   * The server did not answer.
   * @param {number} at
   */
  miss(at) {
    this.#status = null;
    this.#push({ at, rate: null, cpu: null, memory: null, hops: new Map() });
  }

  /** @param {Sample} sample */
  #push(sample) {
    this.samples.push(sample);
    if (this.samples.length > SAMPLES_MAX) this.samples.shift();
  }

  /**
   * The plugins that latencies are known of.
   * @returns {string[]}
   */
  get timed() {
    return [...new Set(this.samples.flatMap((sample) => [...sample.hops.keys()]))].sort();
  }
}
