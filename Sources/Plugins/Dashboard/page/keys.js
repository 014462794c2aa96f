// @ts-check
/** Keys for those who would rather not reach for the mouse. */
import { byId, h } from "./dom.js";

/** @type {[string, string][]} */
const KEYS = [
  ["1 2 3", "markets, alerts, operations"], ["/", "search instruments"],
  ["↑ ↓", "the instrument above or below, in the list"], ["[ ]", "shorter or longer interval"],
  ["← →", "scroll the chart, when it has the focus"], ["+ −", "zoom the chart"],
  ["End", "the newest bar"], ["t", "colours: as the system, dark, light"], ["?", "this list"],
];

/** @param {import("./theme.js").Theme} theme */
export function listenToKeys(theme) {
  byId("help").addEventListener("click", showHelp);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    /** @type {Record<string, () => void>} */
    const actions = {
      "1": () => byId("to-market").click(), "2": () => byId("to-alerts").click(),
      "3": () => byId("to-operations").click(), t: () => void theme.next(), "?": showHelp,
      "/": () => {
        byId("to-market").click();
        byId("search").focus();
      },
      "[": () => stepInterval(-1), "]": () => stepInterval(1),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement &&
    (target.matches("input, select, textarea") || target.closest("dialog") !== null);
}

/** @param {number} step */
function stepInterval(step) {
  const buttons = [...byId("intervals").querySelectorAll("button")];
  const place = buttons.findIndex((one) => one.getAttribute("aria-checked") === "true");
  buttons[place + step]?.click();
}

function showHelp() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("dialog"));
  if (dialog.open) return;
  dialog.replaceChildren(h("form", { method: "dialog" },
    h("header", {}, h("h2", { id: "dialog-title", text: "Keys" }),
      h("button", { class: "quiet", "aria-label": "Close", text: "✕" })),
    h("dl", { class: "keys" }, ...KEYS.flatMap(([key, text]) =>
      [h("dt", {}, h("kbd", { text: key })), h("dd", { text })]))));
  dialog.showModal();
}
