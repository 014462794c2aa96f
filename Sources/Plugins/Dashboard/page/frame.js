// @ts-check
/** What is done when: before the next picture, or behind the first. */

const WAIT_MS = 1000;

/** Work that is done once before the next picture, however often it is asked for. */
export class Frames {
  /** @type {Set<() => void>} */ #works = new Set();
  #isAsked = false;
  #request;

  /** @param {(work: () => void) => any} [request] */
  constructor(request = (work) => requestAnimationFrame(work)) {
    this.#request = request;
  }

  /** @param {() => void} work */
  ask(work) {
    this.#works.add(work);
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#request(() => this.#run());
  }

  #run() {
    this.#isAsked = false;
    const works = this.#works;
    this.#works = new Set();
    for (const work of works) work();
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
  /** Whether such work is done at once now. */
  isOver = false;

  /**
   * @param {string[]} parts that are seen first
   * @param {{ request?: (work: () => void) => any, wait?: (work: () => void) => any }} [timing]
   */
  constructor(parts, timing = {}) {
    this.#missing = new Set(parts);
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
    this.#request(() => this.#request(() => this.end()));
  }

  /** Waits no longer. */
  end() {
    this.isOver = true;
    const works = this.#works;
    this.#works = [];
    for (const work of works) work();
  }
}
