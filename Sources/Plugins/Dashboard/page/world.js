// @ts-check
/** What the parts of the page share. */

/**
 * @typedef {object} World
 * @property {import("./api.js").Api} api
 * @property {import("./tickwire.js").Client} client
 * @property {import("./frame.js").Frames} frames
 * @property {import("./frame.js").Afterwards} later what is not seen first
 * @property {import("./theme.js").Theme} theme
 * @property {import("./market.js").Market} market
 * @property {import("./session.js").Session} session
 * @property {{ stream: string, hasToken: () => boolean }} queries
 * @property {(kind: string) => boolean} has whether a plugin of that type is configured
 * @property {(text: string, kind?: "info" | "bad") => void} notify shows a message for some seconds
 */

export {};
