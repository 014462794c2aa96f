import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { adviceFor, connect, milliseconds, TickwireError } from "../tickwire.js";
import { Server, settle, World } from "./fake.js";

const vectors = JSON.parse(
  readFileSync(new URL("../../../docs/websocket-vectors.json", import.meta.url), "utf8"));
const message = (name) => vectors.messages.find((vector) => vector.name === name).text;

test("close codes are followed by what the vectors say", () => {
  for (const { code, advice } of vectors.close_codes) {
    assert.equal(adviceFor(code), advice, `${code}`);
  }
});

test("durations are read as they are written", () => {
  for (const [text, ms] of [["2s", 2000], ["1.5s", 1500], ["1m30s", 90000], ["250ms", 250],
    ["20us", 0.02], ["0s", 0], ["1h", 3.6e6]]) {
    assert.equal(milliseconds(text), ms, text);
  }
  for (const text of ["", "5", "s", "5 s", "-1s"]) {
    assert.ok(Number.isNaN(milliseconds(text)), text);
  }
});

test("the messages of the vectors are understood", async () => {
  const server = new Server();
  const world = new World();
  const client = connect("ws://test", { WebSocket: server.WebSocket, world });
  const seen = [];
  for (const name of ["state", "hello", "goaway"]) {
    client.on(name, (value) => seen.push([name, value]));
  }
  server.connection.say(message("the welcome"));
  await settle();
  assert.equal(client.hello.epoch, "1795205550123456789");
  // The vectors talk of subscription 7 and request 3.
  const subscriptions = [1, 2, 3, 4, 5, 6, 7].map(() => client.subscribe("x"));
  const subscription = subscriptions[6];
  const events = [];
  subscription.on("events", (list) => events.push(...list));
  subscription.on("live", (next) => events.push(["live", next]));
  subscription.on("end", (error) => events.push(["end", error.code, error.hint]));
  const id = server.connection.sent.at(-1).id;
  server.connection.say(message("a subscription").replace('"id":3', `"id":${id}`));
  assert.equal(subscription.position, "1795205550123456789:42");
  server.connection.say(message("events"));
  assert.deepEqual(events.map((event) => [event.T, event.q, event.S]),
    [["trade", 42, "EURUSD"], ["trade", 44, "EURUSD"]]);
  events.length = 0;
  server.connection.say(message("the live marker"));
  // Its policy is conflate: events alone do not move it.
  assert.equal(subscription.position, "1795205550123456789:45");
  server.connection.say(message("a heartbeat of all"));
  assert.equal(subscription.position, "1795205550123456789:52");
  server.connection.say(message("a heartbeat of one"));
  assert.equal(subscription.position, "1795205550123456789:53");
  server.connection.say(message("a goaway"), message("the end of a subscription"));
  assert.deepEqual(events, [["live", 45], ["end", "data_loss", "subscribe again"]]);
  assert.deepEqual(seen.map(([name]) => name), ["hello", "state", "goaway"]);
  client.close();
});

test("an error of the vectors reaches whoever asked", async () => {
  const server = new Server();
  const client = connect("ws://test", { WebSocket: server.WebSocket, world: new World() });
  server.connection.greet();
  await settle();
  const asked = client.request("ping");
  const id = server.connection.sent.at(-1).id;
  server.connection.say(message("an error").replace('"id":3', `"id":${id}`));
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof TickwireError);
    assert.equal(error.code, "invalid_argument");
    assert.deepEqual([error.line, error.column], [1, 50]);
    assert.match(error.request, /conflat/);
    return true;
  });
  client.close();
});

test("every event of the vectors is JSON with the numbers that it means", () => {
  for (const { name, raw, iso, ns, full } of vectors.events) {
    const event = JSON.parse(iso);
    assert.equal(event.T, raw.kind, name);
    assert.equal(event.q ?? 0, raw.sequence, name);
    assert.equal(event.f ?? 0, raw.flags, name);
    if (raw.kind === "trade") {
      assert.ok(Math.abs(event.p - raw.price / 1e9) <= Math.abs(event.p) * 1e-15, name);
      if (event.t !== undefined) {
        // The file's nanoseconds have more digits than a double.
        assert.ok(Math.abs(Date.parse(event.t) - raw.event_time / 1e6) <= 1, name);
      }
    }
    for (const [key, value] of Object.entries(event)) {
      if (typeof value === "string" && /^\d{4}-/.test(value)) {
        assert.equal(typeof JSON.parse(ns)[key], "number", name);
      }
      assert.deepEqual(JSON.parse(full)[key], value, name);
    }
  }
});
