// @ts-check
/** Who publishes what, and who reads it: plugins left and right of the subjects between them. */
import { h, s } from "./dom.js";
import { compact } from "./format.js";

/**
 * @typedef {object} Node
 * @property {string} name
 * @property {string} [plugin] the plugin behind it
 * @property {number} y
 * @property {string} detail
 * @property {string} [state]
 */

/**
 * @typedef {object} Layout
 * @property {Node[]} producers
 * @property {Node[]} subjects
 * @property {Node[]} consumers
 * @property {{ from: number, to: number, side: "left" | "right", plugin: string }[]} links
 * @property {number} height
 */

const STEP = 46;

/**
 * Where everything stands. A plugin that reads and publishes stands on both sides; one that may
 * publish and never has is left out there.
 * @param {any[]} subjects of `/api/v1/subjects`
 * @param {any[]} plugins of `/api/v1/plugins`
 * @returns {Layout}
 */
export function layout(subjects, plugins) {
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const used = subjects.filter((one) => one.events > 0);
  const publishes = (/** @type {string} */ name) => {
    const plugin = byName.get(name);
    // A frontend publishes when clients push through it; what it says of itself is not meant here.
    const isFrontend = ["websocket", "binary"].includes(plugin?.type);
    return (isFrontend ? plugin.out_rate : plugin?.events_out ?? 0) > 0;
  };
  const order = (/** @type {string} */ name) => plugins.findIndex((plugin) => plugin.name === name);
  const names = (/** @type {"producers" | "consumers"} */ side) =>
    [...new Set(used.flatMap((one) => one[side]))].filter((name) => byName.has(name));
  const left = names("producers").filter(publishes);
  const right = names("consumers");
  // Sources before what is made of what they bring.
  const isDerived = (/** @type {string} */ name) => (right.includes(name) ? 1 : 0);
  left.sort((a, b) => isDerived(a) - isDerived(b) || order(a) - order(b));
  right.sort((a, b) => Number(left.includes(b)) - Number(left.includes(a)) || order(a) - order(b));
  const most = Math.max(left.length, used.length, right.length, 1);
  const height = most * STEP;
  const place = (/** @type {number} */ index, /** @type {number} */ count) =>
    (height - count * STEP) / 2 + (index + 0.5) * STEP;
  const node = (/** @type {string} */ name, /** @type {number} */ index, /** @type {number} */ count,
    /** @type {string} */ detail) =>
    ({ name, plugin: name, y: place(index, count), detail, state: byName.get(name)?.state });
  const links = used.flatMap((one, index) => [
    ...one.producers.filter((/** @type {string} */ name) => left.includes(name))
      .map((/** @type {string} */ name) =>
        ({ from: left.indexOf(name), to: index, side: /** @type {const} */ ("left"), plugin: name })),
    ...one.consumers.filter((/** @type {string} */ name) => right.includes(name))
      .map((/** @type {string} */ name) =>
        ({ from: index, to: right.indexOf(name), side: /** @type {const} */ ("right"), plugin: name })),
  ]);
  return {
    producers: left.map((name, index) =>
      node(name, index, left.length, `${compact(byName.get(name).out_rate ?? 0)}/s`)),
    subjects: used.map((one, index) => ({
      name: one.subject.replace(/\.>$/, ""), y: place(index, used.length),
      detail: compact(one.events),
    })),
    consumers: right.map((name, index) => {
      const plugin = byName.get(name);
      const lost = plugin.dropped > 0 ? `, ${compact(plugin.dropped)} lost` : "";
      return node(name, index, right.length, `lag ${compact(plugin.lag)}${lost}`);
    }),
    links, height,
  };
}

const [WIDTH, BOX, MIDDLE] = [720, 170, 130];

/**
 * @param {Layout} plan
 * @returns {Element}
 */
export function drawTopology(plan) {
  if (plan.subjects.length === 0) {
    return h("p", { class: "empty", text: "No plugin has published anything yet." });
  }
  const center = WIDTH / 2;
  const paths = plan.links.map((link) => {
    const [x1, y1, x2, y2] = link.side === "left"
      ? [BOX, plan.producers[link.from].y, center - MIDDLE / 2, plan.subjects[link.to].y]
      : [center + MIDDLE / 2, plan.subjects[link.from].y, WIDTH - BOX, plan.consumers[link.to].y];
    const bend = (x2 - x1) / 2;
    return s("path", {
      class: "link", "data-plugin": link.plugin,
      d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
    });
  });
  const box = (/** @type {Node} */ node, /** @type {number} */ x, /** @type {number} */ width,
    /** @type {string} */ kind) =>
    s("g", { class: `node ${kind} ${node.state ?? ""}`, "data-plugin": node.plugin },
      s("rect", { x, y: node.y - 17, width, height: 34, rx: 6 }),
      s("text", { x: x + 10, y: node.y + 4, text: shortened(node.name, kind === "subject" ? 9 : 13) }),
      s("text", { x: x + width - 10, y: node.y + 4, class: "detail", text: node.detail }));
  const drawing = s("svg", {
    viewBox: `0 0 ${WIDTH} ${plan.height}`, role: "img", class: "topology",
    "aria-label": `${plan.producers.map((one) => one.name).join(", ")} publish ` +
      `${plan.subjects.map((one) => one.name).join(", ")}; ` +
      `${plan.consumers.map((one) => one.name).join(", ")} read.`,
  }, ...paths, ...plan.producers.map((node) => box(node, 0, BOX, "plugin")),
  ...plan.subjects.map((node) => box(node, center - MIDDLE / 2, MIDDLE, "subject")),
  ...plan.consumers.map((node) => box(node, WIDTH - BOX, BOX, "plugin")));
  highlight(drawing);
  return drawing;
}

/** @param {string} text @param {number} most */
function shortened(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/**
 * The links of the plugin under the pointer stand out.
 * @param {Element} drawing
 */
function highlight(drawing) {
  drawing.addEventListener("pointerover", (event) => {
    const target = /** @type {Element} */ (event.target);
    const name = target.closest("[data-plugin]")?.getAttribute("data-plugin");
    for (const node of drawing.querySelectorAll("[data-plugin]")) {
      node.classList.toggle("near", name !== undefined && node.getAttribute("data-plugin") === name);
    }
    drawing.classList.toggle("focused", Boolean(name));
  });
  drawing.addEventListener("pointerleave", () => drawing.classList.remove("focused"));
}
