import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../tickwire.js";
import { Server, settle, take, trades, World } from "./fake.js";

async function world(options = {}) {
  const server = new Server();
  const world = new World();
  const client = connect("ws://test", { WebSocket: server.WebSocket, world, ...options });
  const lost = [];
  client.on("lost", (value) => lost.push(value));
  return { server, world, client, lost };
}

test("a subscription begins when there is a connection, and yields its events", async () => {
  const { server, client } = await world();
  const subscription = client.subscribe(["trade.*"], { from: "snapshot", flush: "5ms" });
  assert.equal(server.connection.sent.length, 0);
  server.connection.greet();
  await settle();
  assert.deepEqual(server.connection.last("subscribe"),
    { id: 1, op: "subscribe", subjects: ["trade.*"], sub: 1, flush: "5ms", from: "snapshot" });
  server.connection.grant();
  server.connection.say({ s: 1, e: [{ ...trades(40)[0], f: 16 }] }, { s: 1, live: 42 });
  assert.ok(subscription.isLive);
  server.connection.say({ s: 1, e: trades(42, 44) });
  const events = await take(subscription[Symbol.asyncIterator](), 3);
  assert.deepEqual(events.map((event) => event.q), [40, 42, 44]);
  assert.equal(subscription.position, "17:45");
  client.close();
});

test("whoever waits is woken by events, and by the end", async () => {
  const { server, client } = await world();
  const subscription = client.subscribe("trade.*");
  server.connection.greet();
  await settle();
  server.connection.grant();
  const seen = [];
  const done = (async () => {
    for await (const event of subscription) seen.push(event.q);
  })();
  await settle();
  server.connection.say({ s: 1, e: trades(42) });
  await settle();
  assert.deepEqual(seen, [42]);
  subscription.close();
  await done;
  assert.equal(server.connection.last("unsubscribe").sub, 1);
  client.close();
});

test("leaving a loop ends the subscription", async () => {
  const { server, client } = await world();
  const subscription = client.subscribe("trade.*");
  server.connection.greet();
  await settle();
  server.connection.grant();
  server.connection.say({ s: 1, e: trades(42, 43) });
  for await (const event of subscription) {
    assert.equal(event.q, 42);
    break;
  }
  assert.ok(subscription.isEnded);
  assert.equal(server.connection.last("unsubscribe").sub, 1);
  client.close();
});

test("a lost connection is made again, and subscriptions go on where they were", async () => {
  const { server, world: time, client, lost } = await world();
  const subscription = client.subscribe("trade.*", { from: "snapshot" });
  const seen = [];
  subscription.on("events", (events) => seen.push(...events.map((event) => event.q)));
  server.connection.greet();
  await settle();
  server.connection.grant();
  server.connection.say({ s: 1, live: 42 }, { s: 1, e: trades(42, 44) }, { at: 50, t: "" });
  server.connection.end(1006);
  assert.equal(client.state, "waiting");
  assert.deepEqual(lost, [{ code: 1006, reason: "", advice: "reconnect", waitMs: 187.5 }]);
  await time.pass(187);
  assert.equal(server.connections.length, 1);
  await time.pass(1);
  assert.equal(server.connections.length, 2);
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe").from, "17:50");
  server.connection.grant({ next: 50, resume: "complete" });
  server.connection.say({ s: 1, e: trades(50, 51) });
  assert.deepEqual(seen, [42, 44, 50, 51]);
  assert.equal(subscription.faults, 0);
  client.close();
});

test("a snapshot that was cut off is asked for again", async () => {
  const { server, world: time, client } = await world();
  client.subscribe("trade.*", { from: "snapshot" });
  server.connection.greet();
  await settle();
  server.connection.grant();
  server.connection.end(1001);
  await time.pass(1000);
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe").from, "snapshot");
  client.close();
});

test("resume: snapshot asks for how things are", async () => {
  const { server, world: time, client } = await world();
  client.subscribe("trade.*", { resume: "snapshot" });
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe").from, undefined);
  server.connection.grant();
  server.connection.say({ s: 1, live: 42 });
  server.connection.end(1001);
  await time.pass(1000);
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe").from, "snapshot");
  client.close();
});

test("a gap is told, and moves the position", async () => {
  const { server, client } = await world();
  const subscription = client.subscribe("trade.*");
  const gaps = [];
  subscription.on("gap", (gap) => gaps.push(gap));
  server.connection.greet();
  await settle();
  server.connection.grant();
  const gap = { T: "gap", from: 42, to: 60, n: 7, why: "overrun" };
  // A gap of somebody else is an event like others.
  server.connection.say({ s: 1, e: [gap, { ...gap, q: 61, who: "other" }] });
  assert.deepEqual(gaps, [gap]);
  assert.equal(subscription.position, "17:62");
  client.close();
});

test("another epoch is told, and counted in from then on", async () => {
  const { server, world: time, client } = await world();
  const subscription = client.subscribe("trade.*");
  server.connection.greet();
  await settle();
  server.connection.grant();
  server.connection.say({ s: 1, e: trades(42) });
  server.connection.end(1012);
  await time.pass(1000);
  server.epoch = "18";
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe").from, "17:43");
  server.connection.grant({ next: 1, resume: "another_epoch" });
  server.connection.say({ s: 1, e: trades(1) });
  const events = await take(subscription[Symbol.asyncIterator](), 3);
  assert.deepEqual(events.map((event) => event.T), ["trade", "epoch", "trade"]);
  assert.deepEqual(events[1], { T: "epoch", epoch: "18", from: "17:43" });
  assert.equal(subscription.position, "18:2");
  client.close();
});

test("what comes again is left out and counted", async () => {
  const { server, client } = await world();
  const subscription = client.subscribe("trade.*");
  const seen = [];
  subscription.on("event", (event) => seen.push(event.q));
  server.connection.greet();
  await settle();
  server.connection.grant();
  server.connection.say({ s: 1, e: trades(42, 43, 42, 44) });
  assert.deepEqual(seen, [42, 43, 44]);
  assert.equal(subscription.faults, 1);
  client.close();
});

test("events that a program does not take in time are dropped, and told as a gap", async () => {
  const { server, client } = await world();
  const subscription = client.subscribe("trade.*", { limit: 3 });
  server.connection.greet();
  await settle();
  server.connection.grant();
  server.connection.say({ s: 1, e: trades(42, 43, 44) }, { s: 1, e: trades(45, 46) });
  const events = await take(subscription[Symbol.asyncIterator](), 4);
  assert.deepEqual(events[0], { T: "gap", from: 42, to: 43, n: 2, why: "client" });
  assert.deepEqual(events.slice(1).map((event) => event.q), [44, 45, 46]);
  client.close();
});

test("waits grow, have chance in them, and begin anew after a success", async () => {
  const { server, world: time, client, lost } = await world({ silenceMs: 0 });
  time.chance = 1;
  for (let attempt = 0; attempt < 9; attempt += 1) {
    server.connection.end(1006);
    await time.pass(40_000);
  }
  assert.deepEqual(lost.map((value) => value.waitMs),
    [250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  server.connection.greet();
  await settle();
  server.connection.end(1013);
  assert.equal(lost.at(-1).waitMs, 5000);
  client.close();
});

test("a goaway says when to come back", async () => {
  const { server, client, lost } = await world();
  server.connection.greet();
  await settle();
  server.connection.say({ goaway: { message: "the server stops", reconnect: "2s" } });
  server.connection.end(1001);
  assert.equal(lost[0].waitMs, 2000);
  client.close();
});

test("a close that says to give up ends everything with an error", async () => {
  const { server, client, world: time } = await world({ token: "wrong" });
  const subscription = client.subscribe("trade.*");
  const errors = [];
  client.on("error", (error) => errors.push(error.code));
  server.connection.greet({ token: "needed" });
  const { id, token } = server.connection.last("hello");
  assert.equal(token, "wrong");
  server.connection.say({ id, error: { code: "unauthenticated", message: "unknown token" } });
  await settle();
  server.connection.end(4401, "unknown token");
  await time.pass(100_000);
  assert.equal(server.connections.length, 1);
  assert.equal(client.state, "closed");
  assert.deepEqual(errors, ["unauthenticated"]);
  await assert.rejects(take(subscription[Symbol.asyncIterator](), 1),
    { code: "unauthenticated" });
});

test("a token that is not known ends everything, also when the server does not close", async () => {
  const { server, client, lost } = await world({ token: "wrong" });
  const subscription = client.subscribe("trade.*");
  server.connection.greet();
  const { id } = server.connection.last("hello");
  server.connection.say({ id, error: { code: "unauthenticated", message: "unknown token" } });
  await settle();
  assert.equal(client.state, "closed");
  assert.equal(lost[0].code, 4401);
  assert.notEqual(server.connection.closedWith, undefined);
  await assert.rejects(take(subscription[Symbol.asyncIterator](), 1),
    { code: "unauthenticated" });
});

test("a server that cannot look a token up now is asked again later", async () => {
  const { server, client, world: time } = await world({ token: "t" });
  const errors = [];
  client.on("error", (error) => errors.push(error.code));
  server.connection.greet();
  const { id } = server.connection.last("hello");
  server.connection.say({ id, error: { code: "unavailable", message: "not now" } });
  await settle();
  assert.equal(client.state, "waiting");
  assert.deepEqual(errors, ["unavailable"]);
  await time.pass(5000);
  assert.equal(server.connections.length, 2);
  server.connection.greet();
  server.connection.say({ id: server.connection.last("hello").id, ok: { name: "desk" } });
  await settle();
  assert.equal(client.state, "open");
  client.close();
});

test("nothing is asked before a token was taken", async () => {
  const { server, client } = await world({ token: "t", name: "test" });
  client.subscribe("trade.*");
  server.connection.greet({ token: "needed" });
  await settle();
  assert.deepEqual(server.connection.sent, [{ id: 1, op: "hello", client: "test", token: "t" }]);
  assert.equal(client.state, "connecting");
  server.connection.say({ id: 1, ok: { name: "desk" } });
  await settle();
  assert.equal(client.state, "open");
  assert.equal(server.connection.last("subscribe").sub, 1);
  client.close();
});

test("silence counts as a lost connection, any message as a sign of life", async () => {
  const { server, world: time, client, lost } = await world({ silenceMs: 4000 });
  server.connection.greet();
  await settle();
  for (let second = 0; second < 10; second += 1) {
    await time.pass(1000);
    server.connection.say({ at: 50, t: "" });
  }
  assert.equal(lost.length, 0);
  const before = server.connection;
  await time.pass(8000);
  assert.equal(lost[0].code, 4408);
  assert.notEqual(before.closedWith, undefined);
  assert.ok(server.connections.length >= 2);
  client.close();
});

test("a server with few heartbeats is not taken for a broken one", async () => {
  const { server, world: time, client, lost } = await world({ silenceMs: 4000 });
  server.connection.greet({ heartbeat: "10s" });
  await settle();
  for (let beat = 0; beat < 5; beat += 1) {
    await time.pass(20_000);
    server.connection.say({ at: 50, t: "" });
  }
  assert.equal(lost.length, 0);
  await time.pass(28_000);
  assert.equal(lost.length, 0);
  await time.pass(20_000);
  assert.equal(lost[0].code, 4408);
  client.close();
});

test("a subscription that is refused, or ended by the server, ends with its error", async () => {
  const { server, client, world: time } = await world();
  const bad = client.subscribe("trades.*");
  const slow = client.subscribe("trade.*", { policy: "disconnect" });
  const ends = [];
  bad.on("end", (error) => ends.push(["bad", error.code]));
  slow.on("end", (error) => ends.push(["slow", error.code]));
  server.connection.greet();
  await settle();
  server.connection.say({ id: 1, error: { code: "invalid_argument", message: "subjects: …" } });
  server.connection.grant();
  server.connection.say({ s: 2, end: { code: "data_loss", message: "fell behind" } });
  await settle();
  assert.deepEqual(ends.sort(), [["bad", "invalid_argument"], ["slow", "data_loss"]]);
  // Neither is asked for again.
  server.connection.end(1001);
  await time.pass(1000);
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe"), undefined);
  client.close();
});

test("what the server ends because it stops is asked for again elsewhere", async () => {
  const { server, client, world: time } = await world();
  const subscription = client.subscribe("trade.*");
  server.connection.greet();
  await settle();
  server.connection.grant();
  server.connection.say({ s: 1, end: { code: "unavailable", message: "the server stops" } });
  server.connection.end(1001);
  await time.pass(1000);
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe").from, "17:42");
  assert.ok(!subscription.isEnded);
  client.close();
});

test("intervals change, and stay changed after a lost connection", async () => {
  const { server, client, world: time } = await world();
  const subscription = client.subscribe("trade.*", { policy: "conflate", rate: "1s" });
  server.connection.greet();
  await settle();
  server.connection.grant();
  const updated = subscription.update({ rate: "2s" });
  const { id, sub, rate } = server.connection.last("update");
  assert.deepEqual([sub, rate], [1, "2s"]);
  server.connection.say({ id, ok: { sub: 1, rate: "2s", flush: "0s" } });
  assert.equal((await updated).rate, "2s");
  server.connection.end(1001);
  await time.pass(1000);
  server.connection.greet();
  await settle();
  assert.equal(server.connection.last("subscribe").rate, "2s");
  client.close();
});

test("a subscription that is closed before its answer came is ended with it", async () => {
  const { server, client } = await world();
  const subscription = client.subscribe("trade.*");
  server.connection.greet();
  await settle();
  subscription.close();
  server.connection.grant();
  await settle();
  assert.equal(server.connection.last("unsubscribe").sub, 1);
  assert.equal(subscription.position, null);
  client.close();
});

test("a request that the connection takes with it fails", async () => {
  const { server, client } = await world();
  await assert.rejects(client.ping(), { code: "unavailable" });
  server.connection.greet();
  await settle();
  const ping = client.ping();
  server.connection.end(1006);
  await assert.rejects(ping, { code: "unavailable" });
  client.close();
  assert.equal(client.subscribe("trade.*").isEnded, true);
});

test("attempts may be limited", async () => {
  const { server, client, world: time } = await world({ backoff: { attempts: 2 }, silenceMs: 0 });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    server.connection.end(1006);
    await time.pass(60_000);
  }
  assert.equal(server.connections.length, 3);
  assert.equal(client.state, "closed");
});

test("a closed client keeps no timer and makes no connection", async () => {
  const { server, client, world: time } = await world();
  server.connection.greet();
  await settle();
  const socket = server.connection;
  client.close();
  assert.equal(socket.closedWith, 1000);
  assert.equal(time.timers.size, 0);
  socket.end(1000);
  await time.pass(100_000);
  assert.equal(server.connections.length, 1);
});

test("a handler that throws does not keep others from being called", async () => {
  const { server, client } = await world();
  const errors = [];
  const catcher = (error) => errors.push(error.message);
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.once("uncaughtException", catcher);
  let heard = 0;
  client.on("hello", () => {
    throw new Error("mine");
  });
  client.on("hello", () => (heard += 1));
  server.connection.greet();
  await settle();
  assert.equal(heard, 1);
  assert.deepEqual(errors, ["mine"]);
  for (const listener of listeners) process.on("uncaughtException", listener);
  client.close();
});
