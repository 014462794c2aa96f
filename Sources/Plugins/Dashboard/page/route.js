// @ts-check
/** Addresses of views: `#/market/EURUSD/1m`, `#/alerts`, `#/operations`. */

/** @typedef {{ view: string, symbol: string | null, spec: string | null }} Place */

const VIEWS = ["market", "alerts", "operations"];

/** @param {string} hash @returns {Place} */
export function route(hash) {
  const [view, symbol, spec] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  if (!VIEWS.includes(view)) return { view: "market", symbol: null, spec: null };
  if (view !== "market") return { view, symbol: null, spec: null };
  return { view, symbol: symbol || null, spec: spec || null };
}

/** @param {Place} place */
export function address(place) {
  const parts = [place.view, place.symbol, place.spec].filter((one) => one !== null);
  return `#/${parts.map((one) => encodeURIComponent(/** @type {string} */ (one))).join("/")}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
