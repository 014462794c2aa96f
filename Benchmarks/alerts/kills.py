#!/usr/bin/env python3
"""Kills an engine with alert rules again and again while they fire, and proves that nothing is lost.

    Benchmarks/alerts/kills.py                    # 500 kills
    Benchmarks/alerts/kills.py --kills 20         # a short one

A client subscribes to everything from the first event on. SIGKILL ends the engine at a random moment, a new
one goes on with the same journal and the same store of alerts, and the client goes on behind the last event
that it has seen. From trades, quotes and times alone it computes what every rule comes to (thresholds with
hysteresis, `for` and `cooldown`), in Python and without a look at the engine's code, as if there had been one
engine that never stopped. Then

  - every alert event that was told has to be the next one that was computed, with state, generation, value,
    time and cause: none too many, none too few;
  - the outbox has exactly one row for each firing that notifies, keys are unique, and none for rules that are
    silenced;
  - the states in the store are the computed ones, and the silence still holds.

Prints one line of JSON. Fails when anything differs.
"""

import argparse
import datetime
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "feed"))

from world import Daemon, REPOSITORY, everything, follow  # noqa: E402

import tickwire  # noqa: E402

NEVER = -(2**63)
BEGINNING = datetime.datetime.fromtimestamp(1, datetime.timezone.utc)
STATES = ["inactive", "pending", "firing", "resolved", "acknowledged"]


class Rule:
    """`price(symbol) > above`, over when `price(symbol) < clear`; or the other way round."""

    def __init__(self, name, symbol, sign, level, clear=None, hold=0, cooldown=0, notify=True):
        self.name, self.symbol, self.sign, self.level = name, symbol, sign, level
        self.clear, self.hold, self.cooldown, self.notify = clear, hold, cooldown, notify
        self.state, self.generation = "inactive", 0
        self.needs_end = self.held = False
        self.begun = self.fired = NEVER

    def configuration(self):
        operators = {1: (">", "<"), -1: ("<", ">")}[self.sign]
        rule = {
            "id": self.name,
            "when": f'price("{self.symbol}") {operators[0]} {text(self.level)}',
            "notify": ["mail", "log"] if self.notify else [],
        }
        if self.clear is not None:
            rule["clear"] = f'price("{self.symbol}") {operators[1]} {text(self.clear)}'
        if self.hold:
            rule["for"] = f"{self.hold}ns"
        if self.cooldown:
            rule["cooldown"] = f"{self.cooldown}ns"
        return rule

    def due(self):
        """When it fires by itself, or None."""
        if self.state == "pending" or self.held:
            ready = self.begun + self.hold
            return max(ready, self.fired + self.cooldown) if self.fired != NEVER else ready
        return None

    def fire(self, now):
        self.state, self.fired, self.held, self.needs_end = "firing", now, False, True
        self.generation += 1
        self.begun = NEVER
        return "firing"

    def observe(self, price, now):
        """What changes with a price, or None."""
        true = (price - self.level) * self.sign > 0
        if not true:
            self.needs_end = False
        if self.state in ("inactive", "resolved"):
            if self.held:
                if true:
                    return self.fire(now) if now >= self.due() else None
                self.held = False
                return None
            if not true or self.needs_end:
                return None
            self.begun = now
            if self.fired != NEVER and now < self.fired + self.cooldown:
                self.held = True
                return None
            if self.hold:
                self.state = "pending"
                return "pending"
            return self.fire(now)
        if self.state == "pending":
            if true:
                return self.fire(now) if now >= self.due() else None
            self.begun = NEVER
            self.state = "resolved" if self.generation else "inactive"
            return self.state
        over = not true
        if self.clear is not None:
            over = over and (price - self.clear) * self.sign < 0
        if over:
            self.state = "resolved"
            return "resolved"
        return None


def text(raw):
    sign = "-" if raw < 0 else ""
    return f"{sign}{abs(raw) // 10**9}.{abs(raw) % 10**9:09d}"


class Proof:
    """What a client has seen, and what the rules come to."""

    def __init__(self, rules):
        self.epoch = None
        self.next = 1
        self.events = self.holes = self.duplicates = self.lost = 0
        self.rules = rules
        self.by_symbol = {}
        for rule in rules:
            self.by_symbol.setdefault(rule.symbol, []).append(rule)
        self.price = {}
        self.clock = NEVER
        self.waiting = {}
        self.computed, self.told = [], []
        self.failures = []

    @property
    def position(self):
        return BEGINNING if self.epoch is None else tickwire.Position(self.epoch, self.next)

    def begin(self, answer):
        if self.epoch is None:
            # Names are defined before anything happens.
            self.epoch, self.next = answer.epoch, answer.next
        if (answer.epoch, answer.next) != (self.epoch, self.next):
            sys.exit(f"answered with {answer.epoch}:{answer.next}, had {self.epoch}:{self.next}")

    def take(self, batch):
        for event in batch:
            sequence = event.sequence
            if not sequence:
                if isinstance(event, tickwire.Gap):
                    self.lost += event.last + 1 - event.first
                    self.next = max(self.next, event.last + 1)
                continue
            if sequence > self.next:
                self.holes += sequence - self.next
            elif sequence < self.next:
                self.duplicates += 1
            self.next = max(self.next, sequence + 1)
            self.events += 1
            kind = type(event)
            if kind is tickwire.Trade:
                self.pass_time(event.receive_time, sequence)
                self.trade(event.instrument.key, event.price_e9, sequence)
            elif kind is tickwire.Quote:
                self.pass_time(event.receive_time, sequence)
            elif kind is tickwire.TimeEvent:
                self.pass_time(event.time, sequence)
            elif kind is tickwire.Alert:
                self.told.append((
                    event.rule, str(event.state.name).lower(), event.generation, event.value_e9,
                    event.time, event.cause,
                ))  # fmt: skip

    def pass_time(self, now, sequence):
        """What is due by then happens first, in the order of time and of rules."""
        while self.waiting:
            due = min(rule.due() for rule in self.waiting.values())
            if due > now:
                break
            self.clock = max(self.clock, due)
            ready = [rule for rule in self.waiting.values() if rule.due() <= self.clock]
            for rule in sorted(ready, key=lambda rule: rule.number):
                self.note(rule, rule.fire(self.clock), sequence)
                del self.waiting[rule.name]
        self.clock = max(self.clock, now)

    def trade(self, symbol, price, sequence):
        self.price[symbol] = price
        for rule in self.by_symbol.get(symbol, ()):
            change = rule.observe(price, self.clock)
            if change:
                self.note(rule, change, sequence)
            if rule.due() is not None:
                self.waiting[rule.name] = rule
            else:
                self.waiting.pop(rule.name, None)

    def note(self, rule, state, sequence):
        self.computed.append(
            (rule.name, state, rule.generation, self.price[rule.symbol], self.clock, sequence))

    def fail(self, what):
        self.failures.append(what)
        if len(self.failures) <= 10:
            print(what, file=sys.stderr)

    def compare_events(self):
        for index, (told, computed) in enumerate(zip(self.told, self.computed)):
            if told != computed:
                self.fail(f"alert {index}: told {told}, computed {computed}")
                break
        # The last ones may not have been told when the client left.
        missing = len(self.computed) - len(self.told)
        if missing < 0:
            self.fail(f"{-missing} alerts more than computed")

    def compare_store(self, path):
        """Outbox, states and silences; the engine has stopped in good order and told everything."""
        base = sqlite3.connect(path)
        keys = base.execute(
            "SELECT rule, instrument, generation, number, channel FROM outbox").fetchall()
        if len(set(keys)) != len(keys):
            self.fail("keys of notifications are not unique")
        wanted = {
            (rule.name, rule.symbol, generation, 1, channel)
            for rule in self.rules if rule.notify and not rule.name.startswith("quiet")
            for generation in range(1, rule.generation + 1) for channel in ("mail", "log")
        }  # fmt: skip
        if set(keys) != wanted:
            self.fail(
                f"outbox: {len(wanted - set(keys))} lacking, {len(set(keys) - wanted)} too many; "
                f"such as {sorted(wanted ^ set(keys))[:3]}")
        states = {
            (rule, instrument): (STATES[state], generation, fired)
            for rule, instrument, state, generation, fired in base.execute(
                "SELECT rule, instrument, state, generation, last_fired FROM states "
                "WHERE NOT EXISTS (SELECT 1 FROM changed_states c WHERE c.rule = states.rule "
                "AND c.instrument = states.instrument) "
                "UNION ALL SELECT rule, instrument, state, generation, last_fired "
                "FROM changed_states")
        }  # fmt: skip
        for rule in self.rules:
            kept = states.get((rule.name, rule.symbol))
            made = (rule.state, rule.generation, rule.fired)
            if kept != made:
                self.fail(f"state of {rule.name}: kept {kept}, computed {made}")
        numbers = [row[0] for row in base.execute("SELECT number FROM history ORDER BY number")]
        if numbers != list(range(1, len(self.computed) + 1)):
            self.fail(f"history has {len(numbers)} transitions, computed {len(self.computed)}")
        silences = base.execute("SELECT id FROM silences").fetchall()
        if silences != [("night",)]:
            self.fail(f"silences: {silences}")
        base.close()
        return len(keys)


def read_to_end(daemon, proof):
    """Follows until nothing new comes."""
    quiet = 0
    with tickwire.connect(daemon.address) as client:
        subscription = everything(client, proof)
        began = time.time_ns()
        for batch in subscription.batches():
            before = proof.events
            proof.take(batch)
            quiet = quiet + 1 if proof.events == before else 0
            if quiet >= 3 and time.time_ns() - began > 3 * 10**9:
                return


def prices(options, seed):
    """Where the instruments of the simulation are at first."""
    lowest, highest = {}, {}
    with Daemon(plugins=[simulation(options, seed)]) as daemon:
        with tickwire.connect(daemon.address) as client:
            for batch in client.subscribe("trade.>").batches():
                for trade in batch:
                    key = trade.instrument.key
                    lowest[key] = min(lowest.get(key, trade.price_e9), trade.price_e9)
                    highest[key] = max(highest.get(key, trade.price_e9), trade.price_e9)
                if len(lowest) == options.instruments and sum(
                    highest[key] > lowest[key] for key in lowest) == len(lowest):
                    return {key: (lowest[key] + highest[key]) // 2 for key in lowest}
    sys.exit("the simulation has no prices")


def simulation(options, seed, enabled=True):
    return {
        "name": "sim", "type": "generator", "enabled": enabled,
        "config": {
            "instruments": options.instruments, "rate": options.rate, "seed": seed,
            "model": "mean-reverting",
        },
    }  # fmt: skip


def make_rules(middles, count, rng):
    rules = []
    for symbol, middle in sorted(middles.items()):
        for number in range(count):
            sign = rng.choice((1, -1))
            step = max(middle // 20_000, 1000)
            level = middle + rng.randint(-8, 8) * step
            kind = number % 4
            rule = Rule(
                f"{'quiet' if number % 8 == 7 else 'rule'}-{len(rules)}", symbol, sign, level,
                clear=level - sign * step * 2 if kind == 1 else None,
                hold=rng.randint(1, 80) * 10**6 if kind == 2 else 0,
                cooldown=rng.randint(1, 400) * 10**6 if kind in (1, 3) else 0)  # fmt: skip
            rules.append(rule)
    for number, rule in enumerate(rules):
        rule.number = number
    return rules


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--rate", type=int, default=20_000, help="events a second")
    parser.add_argument("--instruments", type=int, default=20)
    parser.add_argument("--rules", type=int, default=24, help="for each instrument")
    parser.add_argument("--life", type=float, default=1.0, help="seconds an engine lives, at most")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", help="a folder that stays, for looking at what went wrong")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    rng = random.Random(seed)
    rules = make_rules(prices(options, seed), options.rules, rng)
    proof = Proof(rules)
    restarts = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tickwire-kills-") as folder:
        folder = options.keep or folder
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "alerts.sqlite")

        def plugins(has_ticks=True):
            return [
                {"name": "journal", "type": "journal",
                 "config": {"folder": os.path.join(folder, "journal"), "max_size": "4GiB"}},
                simulation(options, seed, has_ticks),
                {"name": "alerts", "type": "alerts", "config": {
                    "store": path, "checkpoint": "500ms", "flapping": {"firings": 0},
                    "rules": [rule.configuration() for rule in rules]}},
            ]  # fmt: skip

        # Before there are ticks, so that none is told to anybody.
        with Daemon(plugins=plugins(has_ticks=False)) as daemon:
            socket = os.path.join(os.path.dirname(daemon._log), "e.sock")
            tool = os.environ.get("TICKWIRE_ENGINECTL") or os.path.join(
                REPOSITORY, "bin", "enginectl")
            subprocess.run(
                [tool, "alerts", "silence", "--rule", "quiet*", "--for", "300d", "--id", "night",
                 "--socket", socket], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        for _ in range(options.kills):
            started = time.monotonic()
            with Daemon(plugins=plugins()) as daemon:
                restarts.append(time.monotonic() - started)
                follow(daemon, proof, rng.uniform(0, options.life))
        with Daemon(plugins=plugins(has_ticks=False)) as daemon:
            read_to_end(daemon, proof)
        with Daemon(plugins=plugins(has_ticks=False)) as daemon:
            read_to_end(daemon, proof)
        proof.compare_events()
        rows = proof.compare_store(path)
    restarts.sort()
    print(json.dumps({
        "kills": options.kills, "rules": len(rules), "events": proof.events,
        "holes": proof.holes, "duplicates": proof.duplicates, "lost": proof.lost,
        "alerts_told": len(proof.told), "alerts_computed": len(proof.computed),
        "firings": sum(rule.generation for rule in rules), "outbox_rows": rows,
        "failures": len(proof.failures),
        "ready_p50_s": round(restarts[len(restarts) // 2], 3),
        "ready_max_s": round(restarts[-1], 3),
        "seconds": round(time.monotonic() - began, 1), "seed": seed,
    }))  # fmt: skip
    is_sound = not (proof.holes or proof.duplicates or proof.lost or proof.failures)
    return 0 if is_sound and len(proof.computed) > options.kills else 1


if __name__ == "__main__":
    sys.exit(main())
