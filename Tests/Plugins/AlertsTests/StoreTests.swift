import AlertRules
import EngineCore
import Foundation
import Support
import Testing

@testable import Alerts

/// Both stores, by the same claims.
@Suite("Stores of alerts")
struct StoreTests {
  enum Kind: CaseIterable, Sendable {
    case memory, sqlite

    func make(_ folder: Folder) throws -> any AlertStore {
      switch self {
      case .memory: MemoryAlertStore()
      case .sqlite: try SQLiteAlertStore(path: "\(folder.path)/alerts.sqlite")
      }
    }
  }

  // MARK: What is kept

  func state(_ rule: String, _ instrument: String, _ generation: UInt32) -> KeptState {
    var state = AlertInstance(rule: RuleID(0), instrument: .none)
    state.state = .firing
    state.marks = [.needsEnd, .wasTold]
    state.condition = .yes
    state.memory = AlertMemory(signs: 3_000_000_000, latches: 65_535)
    state.generation = generation
    state.since = -5
    state.lastFired = .max
    state.value = -1
    state.unit = .percent
    state.cause = .max
    return KeptState(rule: rule, instrument: instrument, state: state)
  }

  func transition(_ number: UInt64, _ rule: String, to state: AlertState = .firing)
    -> KeptTransition
  {
    KeptTransition(
      number: number, epoch: 9, rule: rule, instrument: "A",
      transition: AlertTransition(
        rule: RuleID(0), instrument: .none, from: .inactive, to: state, reason: .met,
        severity: .critical, delivery: .notified, isFlapping: true, generation: UInt32(number),
        suppressed: 2, value: 1_500_000_000, threshold: -1, unit: .price,
        time: Timestamp(nanoseconds: Int64(number) * 1_000_000_000), since: .distantPast,
        cause: number + 100),
      message: "said \(number)")
  }

  func notification(_ number: UInt64, _ rule: String = "r", position: UInt64 = 1)
    -> KeptNotification
  {
    KeptNotification(
      rule: rule, instrument: "A", generation: UInt32(number), number: 1, kind: .firing,
      severity: .warning, channels: ["mail", "log"], members: [transition(number, rule).record],
      more: 3, created: Timestamp(nanoseconds: Int64(number)), position: position)
  }

  func batch(
    _ stored: StoredAlerts, _ serial: UInt64, at position: UInt64, withBase: Bool = false,
    _ change: (inout AlertBatch) -> Void = { _ in }
  ) -> AlertBatch {
    var desk = KeptDesk()
    desk.clock = Int64(position)
    desk.silences = [
      AlertSilence(
        id: "s", rule: "r*", severityMax: .info, until: Timestamp(nanoseconds: 77),
        comment: "why \"so\"")
    ]
    desk.owners = [AlertCheckpoint.Owner(name: "ann", windowStart: -3, notifications: 4)]
    desk.groups = [
      KeptDesk.Group(
        rule: "g", instrument: "A", kind: .flapping, generation: 4, number: 2, more: 1, due: 99,
        members: [transition(3, "g")])
    ]
    desk.retired = ["old": 12]
    var batch = AlertBatch(
      holder: stored.holder, serial: serial,
      position: AlertPosition(
        epoch: 9, sequence: position, transitions: position, told: position / 2, version: 1,
        instruments: 5, specs: 6),
      desk: desk, retention: AlertRetention())
    if withBase {
      batch.base = AlertBatch.Base(
        instruments: [
          KeptInstrument(
            instrument: Instrument(
              symbol: "A", venue: "X", pricePrecision: 5, increment: Price(raw: 7)),
            prices: AlertCheckpoint.Instrument(
              id: .none, last: .min, bid: 3, ask: .max, size: 5, heard: -6, isMute: true))
        ],
        terms: [
          KeptTerm(instrument: "A@X", text: "high(*, 1h)", shared: [.min, -1, .max], own: [])
        ])
    }
    change(&batch)
    return batch
  }

  @Test(
    "what is committed is there again, as of the base and as of the last commit",
    arguments: Kind.allCases)
  func roundTrip(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    #expect(stored.base == nil)
    let rule = KeptRule(
      rule: AlertRule(
        id: "r", when: "price(A) > 1", clear: "price(A) < 1", hold: 5, cooldown: 7, once: true,
        repeatEvery: 2_000_000_000, expires: Timestamp(nanoseconds: 123_000_000_000),
        severity: .critical, message: "m {value}", notify: ["mail"], notifyResolved: true,
        group: 9, owner: "ann", enabled: true), origin: .file("rules.json"), isEnabled: false)
    let first = batch(stored, 1, at: 10, withBase: true) {
      $0.states = [state("r", "A", 1), state("r", "B", 1), state("q", "A", 1)]
      $0.rules = [rule]
    }
    #expect(try store.commit(first) == 0)
    let second = batch(stored, 2, at: 20) {
      $0.states = [state("r", "A", 2)]
      $0.records = (7...20).map { transition(UInt64($0), "r") }
      $0.notifications = [notification(1)]
    }
    #expect(try store.commit(second) == 2)

    let again = try kind == .sqlite ? kind.make(folder).load() : store.load()
    #expect(again.base?.position == first.position)
    #expect(again.base?.desk == first.desk)
    #expect(again.newest?.position == second.position)
    #expect(again.newest?.desk == second.desk)
    func sorted(_ states: [KeptState]?) -> [KeptState] {
      (states ?? []).sorted { ($0.rule, $0.instrument) < ($1.rule, $1.instrument) }
    }
    #expect(
      sorted(again.base?.states) == [state("q", "A", 1), state("r", "A", 1), state("r", "B", 1)])
    #expect(
      sorted(again.newest?.states) == [state("q", "A", 1), state("r", "A", 2), state("r", "B", 1)])
    #expect(again.rules == [rule])
    #expect(again.instruments == first.base?.instruments)
    #expect(again.terms == first.base?.terms)
    #expect(again.untold.map(\.number) == Array(7...20))
    #expect(again.last == transition(20, "r"))
  }

  @Test(
    "what comes again changes nothing: batches, transitions and notifications",
    arguments: Kind.allCases)
  func idempotent(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    func change(_ batch: inout AlertBatch) {
      batch.records = [transition(1, "r"), transition(2, "r")]
      batch.notifications = [notification(1), notification(2)]
    }
    #expect(try store.commit(batch(stored, 1, at: 2, change)) == 4)
    #expect(try store.commit(batch(stored, 1, at: 3, change)) == 0)
    #expect(try store.load().newest?.position.sequence == 2)
    let next = try store.load()
    let later = batch(next, 1, at: 5) {
      change(&$0)
      $0.notifications.append(notification(3))
    }
    #expect(try store.commit(later) == 2)
    #expect(try store.history(AlertQuery()).map(\.number) == [2, 1])
    #expect(try store.figures().pending == 6)
  }

  @Test("who has lost the store to another instance is refused", arguments: Kind.allCases)
  func fenced(kind: Kind) throws {
    let folder = try Folder()
    let old = try kind.make(folder)
    let first = try old.load()
    let new = try kind == .memory ? old : kind.make(folder)
    let second = try new.load()
    #expect(throws: AlertStoreError.takenOver) { try old.commit(batch(first, 1, at: 1)) }
    #expect(try new.commit(batch(second, 1, at: 1)) == 0)
  }

  @Test("states of a rule that was dropped go, and new ones stay", arguments: Kind.allCases)
  func dropped(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    _ = try store.commit(
      batch(stored, 1, at: 1, withBase: true) {
        $0.states = [state("r", "A", 1), state("r", "B", 1)]
        $0.rules = [
          KeptRule(
            rule: AlertRule(id: "r", when: "price(*) > 1"), origin: .command, isEnabled: true)
        ]
      })
    _ = try store.commit(
      batch(stored, 2, at: 2, withBase: true) {
        $0.droppedStates = ["r"]
        $0.states = [state("r", "B", 2)]
        $0.removedRules = ["r"]
      })
    let again = try store.load()
    #expect(again.newest?.states == [state("r", "B", 2)])
    #expect(again.base?.states == [state("r", "B", 2)])
    #expect(again.rules.isEmpty)
  }

  @Test(
    "changes of configured rules keep their version, and learn their place",
    arguments: Kind.allCases)
  func changes(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    var change = RuleSetChange(
      epoch: 9, after: nil,
      set: [
        KeptRule(
          rule: AlertRule(id: "r", when: "price(A) > 1"), origin: .configuration, isEnabled: true)
      ], removed: ["x"])
    change.instruments = 3
    let version = try store.add(change)
    _ = try store.commit(
      batch(stored, 1, at: 8, withBase: true) { $0.appliedChanges = [version: 7] })
    change.version = version
    change.after = 7
    var next = change
    next.after = 9
    next.version = try store.add(next)
    // What the base has is of use to those only who read the log from before it.
    #expect(try store.load().changes == [next])
    if kind == .sqlite {
      #expect(
        try SQLiteAlertStore.changes(path: "\(folder.path)/alerts.sqlite") == [change, next])
    }
  }

  // MARK: Outbox

  @Test(
    "a notification is loaded with all that it says, once for each channel",
    arguments: Kind.allCases)
  func outbox(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    _ = try store.commit(
      batch(stored, 1, at: 1) { $0.notifications = [notification(1), notification(2)] })
    let mails = try store.waitingEntries(["mail"])
    #expect(mails.map(\.key) == ["r/A/1/1", "r/A/2/1"])
    #expect(mails.map(\.attempts) == [1, 1])
    #expect(mails.first?.title == "said 1")
    #expect(mails.first?.members.first == transition(1, "r").record)
    #expect(mails.first?.more == 3)
    #expect(try store.waitingEntries().map(\.channel) == ["mail", "log", "mail", "log"])
    #expect(try store.waitingEntries([]).isEmpty)
  }

  @Test("history is found by rule, instrument, state and time", arguments: Kind.allCases)
  func history(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    _ = try store.commit(
      batch(stored, 1, at: 1) {
        $0.records = [
          transition(1, "eur-1"), transition(2, "eur-2", to: .resolved), transition(3, "usd"),
        ]
      })
    func numbers(_ query: AlertQuery) throws -> [UInt64] {
      try store.history(query).map(\.number)
    }
    #expect(try numbers(AlertQuery(rule: "eur*")) == [2, 1])
    #expect(try numbers(AlertQuery(rule: "eur-1*")) == [1])
    #expect(try numbers(AlertQuery(rule: "*")) == [3, 2, 1])
    #expect(try numbers(AlertQuery(rule: "us*", instrument: "A*")) == [3])
    #expect(try numbers(AlertQuery(rule: "usd")) == [3])
    #expect(try numbers(AlertQuery(instrument: "B*")).isEmpty)
    #expect(try numbers(AlertQuery(states: [.resolved])) == [2])
    #expect(
      try numbers(
        AlertQuery(
          from: Timestamp(nanoseconds: 2_000_000_000), to: Timestamp(nanoseconds: 3_000_000_000)))
        == [2])
    #expect(try numbers(AlertQuery(limit: 1)) == [3])
    #expect(try numbers(AlertQuery(before: 3)) == [2, 1])
    #expect(try numbers(AlertQuery(before: 1)).isEmpty)
  }
}
