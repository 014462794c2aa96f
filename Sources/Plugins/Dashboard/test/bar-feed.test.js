import assert from "node:assert/strict";
import { test } from "node:test";
import { BarFeed } from "../page/bar-feed.js";
import { parseSpec } from "../page/spec.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));
const iso = (second) => new Date(second * 1000).toISOString();
const row = (second, members = {}) => ({
  start: iso(second), end: iso(second + 1), open: 1, high: 1, low: 1, close: second, volume: 1, count: 1,
  state: "closed", revision: 0, ...members,
});
const event = (second, members = {}) => ({
  T: "bar", t: iso(second), u: iso(second + 1), o: 1, h: 1, l: 1, c: second, n: 1, st: "open", ...members,
});

/** A client and an interface that say what a test has them say. */
class World {
  handlers = new Map();
  asked = [];
  answers = [];
  time = 0;

  on(name, handler) {
    this.handlers.set(name, handler);
    return () => this.handlers.delete(name);
  }

  get client() {
    return { on: (name, handler) => this.on(`client ${name}`, handler), subscribe: () => this };
  }

  get api() {
    return {
      get: async (path, query) => {
        this.asked.push(query);
        const answer = this.answers.shift();
        if (answer instanceof Error) throw answer;
        return { bars: [], next: null, ...answer };
      },
    };
  }

  close() {}

  feed() {
    const heard = { changes: [], states: [] };
    const feed = new BarFeed(
      { api: this.api, client: this.client, now: () => this.time }, "A.B", parseSpec("1s"), {
        changed: (change) => heard.changes.push(change), state: (state) => heard.states.push(state),
      });
    return { feed, heard };
  }

  async say(name, value) {
    this.handlers.get(name)(value);
    await settle();
  }
}

const closes = (feed) => feed.series.bars.map((bar) => bar.close);

test("a chart begins with the newest page and goes on with what comes", async () => {
  const world = new World();
  world.answers.push({ bars: [row(1), row(2), row(3, { state: "open" })] });
  const { feed, heard } = world.feed();
  assert.equal(feed.subject, "bar.\"A.B\".1s");
  await settle();
  assert.deepEqual(world.asked, [{ countback: 500 }]);
  assert.deepEqual(closes(feed), [1, 2, 3]);
  // What has happened before the stream began is asked for when it has.
  world.answers.push({ bars: [row(3, { state: "open" })] });
  await world.say("subscribed", { epoch: "1" });
  assert.deepEqual(world.asked[1], { from: iso(3), limit: 1000 });
  await world.say("events", [event(3, { n: 2, c: 33 }), event(4)]);
  assert.deepEqual(closes(feed), [1, 2, 33, 4]);
  // An answer without anything new leads to no drawing.
  assert.deepEqual(heard.changes, ["all", "last"]);
  assert.ok(feed.isWhole);
});

test("what came before the page did is part of it", async () => {
  const world = new World();
  world.answers.push({ bars: [row(1), row(2, { state: "open", count: 1 })] });
  const { feed, heard } = world.feed();
  world.handlers.get("subscribed")({ epoch: "1" });
  world.handlers.get("events")([event(2, { n: 5, c: 22 })]);
  await settle();
  assert.deepEqual(closes(feed), [1, 22]);
  assert.deepEqual(heard.changes, ["all"]);
});

test("the first answer is drawn, though the stream has told all of it before", async () => {
  const world = new World();
  world.answers.push({ bars: [row(2, { state: "open", count: 1 })] });
  const { feed, heard } = world.feed();
  world.handlers.get("events")([event(2, { n: 5, c: 22 })]);
  await settle();
  assert.deepEqual(closes(feed), [22]);
  assert.deepEqual(heard.changes, ["all"]);
});

test("behind a lost connection everything since the last bar is asked for, page by page", async () => {
  const world = new World();
  world.answers.push({ bars: [row(1), row(2)] }, {});
  const { feed } = world.feed();
  await world.say("subscribed", { epoch: "1" });
  await settle();
  world.time = 3000;
  await world.say("client lost", { code: 1006 });
  world.time = 9000;
  world.answers.push({ bars: [row(2), row(3)], next: iso(3) }, { bars: [row(8)] });
  await world.say("subscribed", { epoch: "1" });
  await settle();
  assert.deepEqual(world.asked.slice(2).map((query) => query.from), [iso(2), iso(3.001)]);
  assert.deepEqual(closes(feed), [1, 2, 3, 8]);
  assert.deepEqual(feed.outages, [{ from: 3000, to: 9000 }]);
});

test("bars of another log take the place of those of the last", async () => {
  const world = new World();
  world.answers.push({ bars: [row(1, { count: 50 })] }, {});
  const { feed } = world.feed();
  await world.say("subscribed", { epoch: "1" });
  await settle();
  world.answers.push({ bars: [row(1, { count: 2, close: 11, state: "open" })] });
  await world.say("subscribed", { epoch: "2" });
  assert.deepEqual(closes(feed), [11]);
});

test("an answer about the last log that comes late is not used", async () => {
  const world = new World();
  world.answers.push({ bars: [row(1)] }, { bars: [row(5)] });
  const { feed } = world.feed();
  world.handlers.get("subscribed")({ epoch: "1" });
  world.handlers.get("subscribed")({ epoch: "2" });
  await settle();
  assert.deepEqual(closes(feed), [5]);
});

test("scrolling back asks for what lies before the first bar, until there is no more", async () => {
  const world = new World();
  world.answers.push({ bars: Array.from({ length: 500 }, (_, index) => row(1000 + index)) });
  const { feed } = world.feed();
  await settle();
  assert.ok(!feed.isWhole);
  world.answers.push({ bars: [row(998), row(999)] });
  assert.ok(await feed.older());
  assert.deepEqual(world.asked.at(-1), { to: iso(1000), countback: 500 });
  assert.deepEqual([feed.series.bars.length, feed.series.first.start, feed.isWhole], [502, 998_000, true]);
  assert.ok(!await feed.older());
});

test("a failure is told, and trying again makes it good", async () => {
  const world = new World();
  world.answers.push(new Error("no plugin provides bars"), { bars: [row(1)] });
  const { feed, heard } = world.feed();
  await settle();
  assert.equal(heard.states.at(-1).error?.message, "no plugin provides bars");
  await feed.retry();
  assert.equal(heard.states.at(-1).error, null);
  assert.deepEqual(closes(feed), [1]);
});

test("a gap of the subscription is filled from the interface", async () => {
  const world = new World();
  world.answers.push({ bars: [row(1)] }, { bars: [row(1), row(2), row(3)] });
  const { feed } = world.feed();
  await settle();
  await world.say("gap", { T: "gap", from: 5, to: 9 });
  assert.deepEqual(closes(feed), [1, 2, 3]);
});
