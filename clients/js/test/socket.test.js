import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../tickwire.js";
import { trades } from "./fake.js";
import { listen } from "./socket.js";

const skip = typeof globalThis.WebSocket === "undefined" &&
  "this Node has no WebSocket: node --experimental-websocket --test";

test("over real sockets: every event once, though the server breaks the connection", { skip,
  timeout: 20_000 }, async () => {
  const last = 2_000;
  let next = 1;
  let connections = 0;
  const server = await listen((connection) => {
    connections += 1;
    connection.say({ hello: { server: "tickwire", version: 1, epoch: "17", next,
      token: "not needed", heartbeat: "1s", limits: {} } });
    connection.onText = ({ id, op, sub, from }) => {
      if (op !== "subscribe") return;
      let position = from === undefined ? 1 : Number(from.split(":")[1]);
      connection.say({ id, ok: { sub, epoch: "17", next: position, policy: "drop-oldest" } },
        { s: sub, live: position });
      // Some hundred events, in lists of any length, then a break of another kind each time.
      const stop = Math.min(position + 300, last + 1);
      while (position < stop) {
        const count = Math.min(1 + (position * 7) % 23, stop - position);
        connection.say({ s: sub, e: trades(...Array.from({ length: count }, (_, i) => position + i)) });
        position += count;
      }
      next = position;
      if (position <= last) connections % 2 ? connection.end(1012) : connection.destroy();
    };
  });
  const client = connect(server.url, { backoff: { initialMs: 5, maximumMs: 20, laterMs: 5 } });
  const subscription = client.subscribe("trade.*");
  const seen = [];
  for await (const event of subscription) {
    seen.push(event.q);
    if (event.q === last) break;
  }
  assert.equal(seen.length, last);
  assert.ok(seen.every((sequence, index) => sequence === index + 1));
  assert.ok(connections > 5);
  client.close();
  server.close();
});
