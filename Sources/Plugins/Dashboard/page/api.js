// @ts-check
/** The REST interface, as docs/rest.md has it. */

/** Why a request was not answered as it asked. */
export class ApiError extends Error {
  /** @param {number} status 0 when the server was not reached @param {string} message */
  constructor(status, message) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/**
 * @typedef {object} ApiOptions
 * @property {string} base the address of the page, with a slash at its end
 * @property {() => string} token
 * @property {typeof fetch} [fetch]
 * @property {number} [timeoutMs]
 */

/** Asks the server that the page is from. */
export class Api {
  #options;

  /** @param {ApiOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * The address of a resource.
   * @param {string} path without a slash at its beginning, such as `bars/EURUSD/1m`
   * @param {Record<string, string | number | undefined>} [query]
   */
  url(path, query = {}) {
    const url = new URL(`api/v1/${path}`, this.#options.base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  /** The address of the stream. */
  get stream() {
    return this.url("stream").replace(/^http/, "ws");
  }

  /** @param {string} path @param {Record<string, string | number | undefined>} [query] */
  get(path, query) {
    return this.#ask("GET", this.url(path, query));
  }

  /** @param {string} path @param {any} [body] */
  post(path, body) {
    return this.#ask("POST", this.url(path), body ?? {});
  }

  /** @param {string} path */
  delete(path) {
    return this.#ask("DELETE", this.url(path));
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {any} [body]
   * @returns {Promise<any>}
   */
  async #ask(method, url, body) {
    const token = this.#options.token();
    /** @type {Record<string, string>} */
    const headers = token === "" ? {} : { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.#options.timeoutMs ?? 15_000);
    try {
      const answer = await (this.#options.fetch ?? fetch)(url, {
        method, headers, signal: stop.signal,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      if (answer.ok) return text === "" ? {} : JSON.parse(text);
      throw new ApiError(answer.status, reason(text) ?? `the server answered ${answer.status}`);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      const isLate = error instanceof Error && error.name === "AbortError";
      throw new ApiError(0, isLate ? "the server did not answer in time" : "the server is not there");
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param {string} text of an answer @returns {string | null} */
function reason(text) {
  try {
    return JSON.parse(text).error?.message ?? null;
  } catch {
    return null;
  }
}

/**
 * A symbol as a part of a path.
 * @param {string} text
 */
export const part = (text) => encodeURIComponent(text);

/**
 * A symbol as a token of a subject: quoted where it holds what subjects are written with.
 * @param {string} key
 */
export function subjectToken(key) {
  return /^[^\s.*>"\\]+$/.test(key) ? key : JSON.stringify(key);
}
