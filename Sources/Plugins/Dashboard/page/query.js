// @ts-check
/** The exact question behind what is shown, to be asked again from anywhere. */
import { byId, h } from "./dom.js";

/**
 * @typedef {object} Query
 * @property {string} title
 * @property {string} [url] of REST
 * @property {object} [subscribe] members of a subscription
 */

/**
 * The query as commands.
 * @param {Query} query
 * @param {string} stream
 * @param {boolean} hasToken
 * @returns {{ name: string, text: string }[]}
 */
export function commands(query, stream, hasToken) {
  const found = [];
  if (query.url) {
    const head = hasToken ? " -H \"Authorization: Bearer $TOKEN\"" : "";
    found.push({ name: "REST", text: `curl${head} '${query.url.replaceAll("'", "'\\''")}'` });
  }
  if (query.subscribe) {
    const request = JSON.stringify({ id: 1, op: "subscribe", ...query.subscribe });
    const head = hasToken ? " -H \"Authorization: Bearer $TOKEN\"" : "";
    found.push({
      name: "Stream",
      text: `wscat -w 5${head} -c ${stream} -x '${request.replaceAll("'", "'\\''")}'`,
    });
  }
  return found;
}

/**
 * A button that shows the query.
 * @param {() => Query} query
 * @param {{ stream: string, hasToken: () => boolean }} options
 */
export function queryButton(query, options) {
  return h("button", {
    class: "quiet query", type: "button", title: "The exact query behind this view",
    "aria-haspopup": "dialog", onclick: () => show(query(), options),
  }, "API");
}

/** @param {Query} query @param {{ stream: string, hasToken: () => boolean }} options */
function show(query, options) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("dialog"));
  const hasToken = options.hasToken();
  const parts = commands(query, options.stream, hasToken).map(({ name, text }) => {
    const copy = h("button", { class: "quiet", type: "button", text: "Copy" });
    copy.addEventListener("click", () => {
      void navigator.clipboard?.writeText(text).then(() => {
        copy.textContent = "Copied";
      });
    });
    return h("section", {}, h("h3", {}, name, copy), h("pre", { tabindex: 0, text }));
  });
  const open = query.url && !hasToken
    ? h("a", { href: query.url, target: "_blank", rel: "noopener", text: "Open the answer" }) : null;
  dialog.replaceChildren(
    h("form", { method: "dialog" },
      h("header", {}, h("h2", { id: "dialog-title", text: `${query.title}: the query` }),
        h("button", { class: "quiet", "aria-label": "Close", text: "✕" })),
      ...parts,
      h("footer", {}, open,
        h("a", { href: "docs", target: "_blank", rel: "noopener", text: "All of the API" }))));
  dialog.showModal();
}
