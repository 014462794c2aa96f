// @ts-check
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
