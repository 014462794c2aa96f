// @ts-check
/** Who is at the page: a token where the server wants one, and what it allows. */
import { byId, h } from "./dom.js";

const KEY = "tickwire.token";

/**
 * @typedef {object} Access
 * @property {string} name
 * @property {boolean} write
 * @property {boolean} admin
 * @property {string[]} subscribe
 */

/**
 * Nothing is known yet.
 * @type {Access}
 */
const NONE = { name: "", write: false, admin: false, subscribe: [] };

export class Session {
  /** @type {Access} */ access = NONE;
  /** Whether the server wants a token at all. */
  isClosed = false;

  get token() {
    return sessionStorage.getItem(KEY) ?? "";
  }

  /**
   * Keeps a token as long as the tab is there.
   * @param {string} token
   */
  keep(token) {
    if (token === "") sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  }

  /** Whether logs and clients are shown: with tokens to administrators alone. */
  get mayWatch() {
    return !this.isClosed || this.access.admin;
  }

  /** Why somebody may not control plugins; empty when they may. */
  get whyNoControl() {
    if (this.access.admin) return "";
    return this.isClosed
      ? "Your token may not control plugins: that needs \"admin\": true."
      : "Control needs a token with \"admin\": true in the configuration of this listener.";
  }

  /**
   * Asks for a token and keeps it; then the page begins anew.
   * @param {string} why
   */
  ask(why) {
    const dialog = /** @type {HTMLDialogElement} */ (byId("dialog"));
    if (dialog.open) return;
    const input = h("input", {
      id: "token", type: "password", autocomplete: "current-password", required: true,
      spellcheck: "false",
    });
    const form = h("form", { method: "dialog" },
      h("header", {}, h("h2", { id: "dialog-title", text: "Sign in" })),
      h("p", { text: why }),
      h("label", { for: "token", text: "Token" }), input,
      h("p", { class: "hint", text: "It stays in this tab, and is forgotten with it." }),
      h("footer", {}, h("button", { class: "primary", text: "Sign in" })));
    form.addEventListener("submit", () => {
      this.keep(input.value.trim());
      location.reload();
    });
    dialog.replaceChildren(form);
    dialog.showModal();
    input.focus();
  }
}

/**
 * Subjects of a kind that somebody may read, of those that a view wants.
 * @param {Access} access
 * @param {string} kind such as `trade`
 * @param {string} wanted such as `trade.*`
 * @returns {string[]}
 */
export function readable(access, kind, wanted) {
  const mine = access.subscribe;
  const covers = mine.some((one) => one === ">" || one === `${kind}.>` || one === wanted ||
    one === `${kind}.*` || one === kind);
  if (covers) return [wanted];
  return mine.filter((one) => one.startsWith(`${kind}.`));
}
