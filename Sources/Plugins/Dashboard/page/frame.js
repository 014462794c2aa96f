// @ts-check
/** What is done when: before the next picture, or behind the first. */

const WAIT_MS = 1000;

/** Work that is done once before the next picture, however often it is asked for. */
export class Frames {
  /** @type {Set<() => void>} */ #works = new Set();
  /**
   * What is being done, and what of it was done already.
   * @type {Set<() => void> | null}
   */
  #running = null;
  /** @type {Set<() => void>} */ #done = new Set();
  #isAsked = false;
  #request;

  /** @param {(work: () => void) => any} [request] */
  constructor(request = (work) => requestAnimationFrame(work)) {
    this.#request = request;
  }

  /** @param {() => void} work */
  ask(work) {
    // What one work leads to belongs to the same picture.
    if (this.#running && !this.#done.has(work)) return void this.#running.add(work);
    this.#works.add(work);
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#request(() => this.#run());
  }

  #run() {
    this.#isAsked = false;
    this.#running = this.#works;
    this.#works = new Set();
    for (const work of this.#running) {
      this.#done.add(work);
      work();
    }
    this.#running = null;
    this.#done.clear();
  }
}

/**
 * Work that would delay what is seen first: it is done when that was painted, or after a while where
 * it does not come.
 */
export class Afterwards {
  /** @type {Set<string>} */ #missing;
  /** @type {(() => void)[]} */ #works = [];
  #request;
  #seen;
  /** Whether such work is done at once now. */
  isOver = false;

  /**
   * @param {string[]} parts that are seen first
   * @param {{ request?: (work: () => void) => any, wait?: (work: () => void) => any,
   *   seen?: () => void }} [timing] `seen`: all parts are in the page, or it waits no longer
   */
  constructor(parts, timing = {}) {
    this.#missing = new Set(parts);
    this.#seen = timing.seen ?? (() => {});
    this.#request = timing.request ?? ((work) => requestAnimationFrame(work));
    (timing.wait ?? ((work) => setTimeout(work, WAIT_MS)))(() => this.end());
  }

  /** @param {() => void} work */
  do(work) {
    if (this.isOver) work();
    else this.#works.push(work);
  }

  /**
   * A part is in the page. The frame after the next begins when it was painted.
   * @param {string} part
   */
  shown(part) {
    if (!this.#missing.delete(part) || this.#missing.size > 0) return;
    this.#seen();
    this.#request(() => this.#request(() => this.end()));
  }

  /** Waits no longer. */
  end() {
    this.isOver = true;
    this.#seen();
    const works = this.#works;
    this.#works = [];
    for (const work of works) work();
  }
}
