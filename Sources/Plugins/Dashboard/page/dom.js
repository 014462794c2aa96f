// @ts-check
/** Elements, made and changed without HTML in texts. */

/** @typedef {Record<string, any>} Attributes */
/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Makes an element. `class`, `text`, handlers such as `onclick`, `data` and anything else by its name.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  apply(node, attributes);
  for (const child of children) if (child) node.append(child);
  return node;
}

/**
 * Makes an element of a drawing.
 * @param {string} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function s(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  apply(node, attributes);
  for (const child of children) if (child) node.append(child);
  return node;
}

/** @param {Element} node @param {Attributes} attributes */
function apply(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "text") node.textContent = value;
    else if (key === "data") Object.assign(/** @type {HTMLElement} */ (node).dataset, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
}

/**
 * An element of the page that has to be there.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node;
}

/**
 * Changes a text only where it differs: that costs nothing where it does not.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A table that is written anew as a whole; for tens of rows.
 * @param {string} caption for screen readers
 * @param {{ title: string, number?: boolean, hint?: string }[]} columns
 * @param {HTMLTableRowElement[]} rows
 */
export function table(caption, columns, rows) {
  return h("table", {},
    h("caption", { class: "hidden", text: caption }),
    h("thead", {}, h("tr", {}, ...columns.map((column) =>
      h("th", { scope: "col", class: column.number ? "number" : "", title: column.hint },
        column.title)))),
    h("tbody", {}, ...rows));
}

/**
 * What stands where there is nothing to show, with what to do about it.
 * @param {string} title
 * @param {string} advice
 * @param {...Child} more
 */
export function empty(title, advice, ...more) {
  return h("div", { class: "empty" },
    h("p", { class: "empty-title", text: title }), h("p", { text: advice }), ...more);
}
