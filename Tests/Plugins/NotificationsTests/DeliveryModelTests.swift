import EngineCore
import Notifications
import Testing

/// A channel's queue over a model of an outbox, through random lives with failures and restarts.
@Suite("Deliveries, at random", .timeLimit(.minutes(2)))
struct DeliveryModelTests {
  private struct Row {
    var ticket: AlertOutboxTicket
    var isPending = true
    var isDead = false
  }

  /// The world around one queue.
  private struct Model {
    var random: SeededRandom
    var rows: [Row] = []
    var queue: ChannelQueue
    var now = Samples.start
    var flights: [Delivery] = []
    var settlements: [AlertOutboxSettlement] = []
    /// What the receiver has got, in order.
    var received: [Int64] = []
    /// What it has refused: when nobody learns of that before a crash, it may take it later.
    var refused: Set<Int64> = []
    let policy: SendingPolicy

    init(seed: UInt64) {
      random = SeededRandom(seed: seed)
      var policy = SendingPolicy()
      policy.queueMax = Int.random(in: 10...40, using: &random)
      policy.concurrency = Int.random(in: 1...5, using: &random)
      if Bool.random(using: &random) { policy.groupNanos = 3_000_000_000 }
      policy.groupMax = Int.random(in: 1...5, using: &random)
      if Bool.random(using: &random) {
        policy.rate = SendingRate(count: 5, periodNanos: 10_000_000_000)
      }
      self.policy = policy
      queue = ChannelQueue(policy, seed: seed)
    }

    mutating func step(failing: Bool) throws {
      switch Int.random(in: 0..<10, using: &random) {
      case 0, 1:
        for _ in 0..<Int.random(in: 1...8, using: &random) { arrive() }
        queue.arrived()
      case 2: read()
      case 3, 4: plan()
      case 5, 6: finish(failing: failing)
      case 7: settle()
      case 8: now = now.after(seconds: Double(Int.random(in: 0...4, using: &random)))
      default:
        if failing, Int.random(in: 0..<20, using: &random) == 0 { restart() }
      }
      try check()
    }

    private mutating func arrive() {
      rows.append(
        Row(
          ticket: Samples.ticket(
            Int64(rows.count + 1), rule: "r\(Int.random(in: 0..<6, using: &random))",
            created: now, due: now)))
    }

    private mutating func read() {
      let limit = queue.wanted
      guard limit > 0 else { return }
      let cursor = queue.cursor
      let found = rows.filter { $0.isPending && $0.ticket.id > cursor }.prefix(limit)
      settlements += queue.add(found.map(\.ticket), limit: limit, at: now)
    }

    private mutating func plan() { flights += queue.plan(at: now).deliveries }

    private mutating func finish(failing: Bool) {
      guard !flights.isEmpty else { return }
      let flight = flights.remove(at: Int.random(in: 0..<flights.count, using: &random))
      let dice = failing ? Int.random(in: 0..<10, using: &random) : 0
      let result: AttemptResult
      switch dice {
      case 0..<6:
        result = .delivered("ok")
        received += flight.ids
      case 6:
        result = .refused("no")
        refused.formUnion(flight.ids)
      case 7: result = .failed("busy", retryAfterNanos: 2_000_000_000)
      case 8:
        // It came, and the answer was lost.
        received += flight.ids
        result = .failed("late", retryAfterNanos: nil)
      default: result = .failed("down", retryAfterNanos: nil)
      }
      settlements += queue.finish(flight.number, result, at: now)
    }

    private mutating func settle() {
      for settlement in settlements {
        let index = Int(settlement.id) - 1
        switch settlement.outcome {
        case .done: rows[index].isPending = false
        case .dead:
          rows[index].isPending = false
          rows[index].isDead = true
        case .failed(_, let retry):
          rows[index].ticket.due = retry
          rows[index].ticket.attempts += 1
        }
      }
      queue.settled(settlements.map(\.id))
      settlements = []
    }

    /// What `kill -9` leaves: the rows.
    private mutating func restart() {
      flights = []
      settlements = []
      queue = ChannelQueue(policy, seed: random.next())
    }

    private func check() throws {
      #expect(flights.count <= policy.concurrency)
      #expect(queue.count <= policy.queueMax)
      var lines: Set<String> = []
      for flight in flights {
        let rules = Set(flight.ids.map { rows[Int($0) - 1].ticket.rule })
        #expect(lines.isDisjoint(with: rules), "two messages of one rule are under way")
        lines.formUnion(rules)
      }
    }

    /// The receiver is well again, nothing new comes, and time goes on.
    mutating func finishAll() {
      var turns = 0
      while turns < 20_000, rows.contains(where: \.isPending) {
        turns += 1
        now = now.after(seconds: 1)
        queue.arrived()
        read()
        plan()
        while !flights.isEmpty { finish(failing: false) }
        settle()
      }
    }

    /// First deliveries of a rule come in order, and nothing is left out.
    func checkEnd() {
      for rule in Set(rows.map(\.ticket.rule)) {
        var seen: Set<Int64> = []
        let firsts = received.filter {
          rows[Int($0) - 1].ticket.rule == rule && !refused.contains($0)
            && seen.insert($0).inserted
        }
        #expect(firsts == firsts.sorted())
      }
      let got = Set(received)
      for row in rows {
        #expect(!row.isPending)
        #expect(got.contains(row.ticket.id) || row.isDead, "\(row.ticket.id) is lost")
      }
    }
  }

  @Test("nothing is lost or overtaken, and limits hold", arguments: 0..<200 as Range<UInt64>)
  func life(seed: UInt64) throws {
    var model = Model(seed: seed)
    for _ in 0..<250 { try model.step(failing: true) }
    model.finishAll()
    model.checkEnd()
  }
}
