package import EngineCore

/// What waits for one channel and what is under way: a value that is told what happens, and when,
/// and says what is to be done.
///
/// Notifications of one line (a rule, or a rule and an instrument) go one after the other: one that
/// waits for another attempt holds back those behind it, and nobody else. It holds a bounded
/// number; the outbox has the rest.
package struct ChannelQueue: Sendable {
  package private(set) var policy: SendingPolicy
  /// A person has stopped it.
  package var isPaused = false { didSet { calm = nil } }
  /// Failures since something was last delivered.
  package private(set) var failures = 0
  /// Nothing is sent before: the receiver asked for it, or nothing gets through.
  package private(set) var heldUntil = Timestamp.distantPast
  /// The outbox may have more for this channel.
  package private(set) var mayHaveMore = true
  /// The last one that was read from the outbox.
  package private(set) var cursor: Int64 = 0

  /// In order of their numbers.
  private var items: [QueuedNotification] = []
  private var flights: [UInt64: [Int64]] = [:]
  /// What is done, while the outbox does not know yet.
  private var unsettled: Set<Int64> = []
  private var nextNumber: UInt64 = 1
  private var random: SeededRandom
  private var lastNow = Timestamp.distantPast
  /// What the last look has come to, until something changes: who asks often is answered at once.
  private var calm: DeliveryPlan?

  package init(_ policy: SendingPolicy, seed: UInt64) {
    self.policy = policy
    random = SeededRandom(seed: seed)
  }

  package var count: Int { items.count }
  package var underWay: Int { flights.count }
  package var isIdle: Bool { flights.isEmpty && unsettled.isEmpty }
  /// Done, and not known to the outbox.
  package var unsettledCount: Int { unsettled.count }

  /// How many more it wants to hold; 0 while what it has will do.
  package var wanted: Int {
    guard mayHaveMore, items.count <= policy.queueMax / 2 else { return 0 }
    return min(policy.queueMax - items.count, 1000)
  }

  /// New settings; what waits goes by them from now on.
  package mutating func take(_ policy: SendingPolicy) {
    calm = nil
    var policy = policy
    // Who renames nothing gets no second bucket.
    if let old = self.policy.rate, let new = policy.rate, old.count == new.count,
      old.periodNanos == new.periodNanos
    {
      policy.rate = old
    }
    self.policy = policy
  }

  // MARK: What comes

  /// There may be something new in the outbox.
  package mutating func arrived() { mayHaveMore = true }

  /// What was given up waits again: it is found at places that were read already.
  package mutating func revived() {
    mayHaveMore = true
    cursor = 0
  }

  /// Forgets what waits, for an outbox that is read anew; what is under way stays known.
  package mutating func forget() {
    calm = nil
    items.removeAll { !$0.isUnderWay }
    revived()
  }

  /// Takes in what was read from the outbox.
  ///
  /// - Parameter limit: how many were asked for.
  /// - Returns: what is done already, as this channel does not want it.
  package mutating func add(
    _ tickets: [AlertOutboxTicket], limit: Int, at now: Timestamp
  ) -> [AlertOutboxSettlement] {
    see(now)
    calm = nil
    mayHaveMore = tickets.count >= limit
    if let last = tickets.last { cursor = max(cursor, last.id) }
    let known = Set(items.map(\.id)).union(unsettled)
    var unwanted: [AlertOutboxSettlement] = []
    for ticket in tickets where !known.contains(ticket.id) {
      let severity = NotificationSeverity(name: ticket.severity)
      guard severity >= policy.minimum else {
        unsettled.insert(ticket.id)
        unwanted.append(AlertOutboxSettlement(id: ticket.id, outcome: .done))
        continue
      }
      insert(queued(ticket, severity, now))
    }
    return unwanted
  }

  private func queued(
    _ ticket: AlertOutboxTicket, _ severity: NotificationSeverity, _ now: Timestamp
  ) -> QueuedNotification {
    // No wait is longer than this; a clock may have been set back since it was written.
    let latest = now.advanced(
      byNanos: max(policy.backoff.mostNanos, policy.retryAfterMaxNanos))
    return QueuedNotification(
      id: ticket.id,
      line: policy.order == .rule ? ticket.rule : "\(ticket.rule)/\(ticket.instrument)",
      severity: severity, created: min(ticket.created, now), arrived: now,
      failures: ticket.attempts, due: min(ticket.due, latest))
  }

  private mutating func insert(_ item: QueuedNotification) {
    if let last = items.last, last.id > item.id {
      let index = items.firstIndex { $0.id > item.id } ?? items.count
      items.insert(item, at: index)
    } else {
      items.append(item)
    }
  }

  // MARK: What goes

  /// What is to be sent now. It counts as under way until `finish`.
  package mutating func plan(at now: Timestamp) -> DeliveryPlan {
    see(now)
    if let calm, calm.wake.map({ now < $0 }) ?? true { return calm }
    let plan = look(at: now)
    calm = DeliveryPlan()
    calm?.wake = plan.wake
    return plan
  }

  private mutating func look(at now: Timestamp) -> DeliveryPlan {
    var plan = DeliveryPlan()
    guard !isPaused, !items.isEmpty else { return plan }
    guard heldUntil <= now else {
      plan.wake = heldUntil
      return plan
    }
    // While nothing gets through, one message finds out whether it does again.
    let places = failures >= Self.failuresToHold ? 1 : policy.concurrency
    while flights.count < places {
      var ready = ready(at: now)
      guard let next = ready.next, !next.isEmpty else {
        plan.wake = ready.wake
        return plan
      }
      if let rate = policy.rate, rate.next(at: now) > now {
        plan.wake = rate.next(at: now)
        return plan
      }
      policy.rate?.take(at: now)
      ready.wake = nil
      plan.deliveries.append(launch(next))
    }
    return plan
  }

  /// The indices of what makes the next message, or when there may be one.
  private func ready(at now: Timestamp) -> (next: [Int]?, wake: Timestamp?) {
    var lines: Set<String> = []
    var found: [Int] = []
    var wake: Timestamp?
    func wait(until time: Timestamp) { wake = wake.map { min($0, time) } ?? time }
    for (index, item) in items.enumerated() {
      guard !lines.contains(item.line) else { continue }
      if item.isUnderWay {
        lines.insert(item.line)
        continue
      }
      let quiet = policy.quiet?.end(at: now, for: item.severity) ?? .distantPast
      guard max(item.due, quiet) <= now else {
        wait(until: max(item.due, quiet))
        lines.insert(item.line)
        continue
      }
      if let message = item.message {
        return (items.indices.filter { items[$0].message == message }, nil)
      }
      guard policy.groupNanos > 0 else { return ([index], nil) }
      found.append(index)
      if found.count == policy.groupMax { break }
    }
    guard let first = found.map({ items[$0].arrived }).min() else { return (nil, wake) }
    let closes = first.advanced(byNanos: policy.groupNanos)
    if closes <= now || found.count == policy.groupMax { return (found, nil) }
    wait(until: closes)
    return (nil, wake)
  }

  private mutating func launch(_ indices: [Int]) -> Delivery {
    let number = nextNumber
    nextNumber += 1
    for index in indices {
      items[index].isUnderWay = true
      items[index].message = number
    }
    let ids = indices.map { items[$0].id }
    flights[number] = ids
    return Delivery(
      number: number, ids: ids, failures: indices.map { items[$0].failures }.max() ?? 0)
  }

  // MARK: What came of it

  /// Failures in a row after which the whole channel waits.
  static let failuresToHold = 3

  /// Takes in what came of a message; gives what the outbox is to know.
  package mutating func finish(
    _ number: UInt64, _ result: AttemptResult, at now: Timestamp
  ) -> [AlertOutboxSettlement] {
    see(now)
    calm = nil
    guard let ids = flights.removeValue(forKey: number) else { return [] }
    switch result {
    case .delivered:
      failures = 0
      return close(ids, .done)
    case .refused(let reason):
      // It answers: the channel works.
      failures = 0
      return close(ids, .dead(reason: reason))
    case .failed(let reason, let retryAfter):
      return fail(ids, reason, retryAfter, now)
    }
  }

  /// The message did not leave: it is as if it had not been planned.
  package mutating func putBack(_ number: UInt64) {
    calm = nil
    guard let ids = flights.removeValue(forKey: number) else { return }
    for index in items.indices where ids.contains(items[index].id) {
      items[index].isUnderWay = false
    }
  }

  /// Some of a message no longer wait in the outbox: they are done.
  package mutating func lose(_ ids: [Int64]) {
    guard !ids.isEmpty else { return }
    calm = nil
    remove(ids)
  }

  /// Those that are sent are among the first: looking through all of a long queue for each of them
  /// would be most of what a crowd of messages takes.
  private mutating func remove(_ ids: [Int64]) {
    for id in ids {
      if let index = index(of: id) { items.remove(at: index) }
    }
  }

  private func index(of id: Int64) -> Int? {
    var low = 0
    var high = items.count
    while low < high {
      let middle = (low + high) / 2
      if items[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < items.count && items[low].id == id ? low : nil
  }

  private mutating func close(
    _ ids: [Int64], _ outcome: AlertOutboxSettlement.Outcome
  ) -> [AlertOutboxSettlement] {
    remove(ids)
    unsettled.formUnion(ids)
    return ids.map { AlertOutboxSettlement(id: $0, outcome: outcome) }
  }

  private mutating func fail(
    _ ids: [Int64], _ reason: String, _ retryAfter: Int64?, _ now: Timestamp
  ) -> [AlertOutboxSettlement] {
    failures += 1
    let asked = min(max(retryAfter ?? 0, 0), policy.retryAfterMaxNanos)
    if retryAfter != nil { heldUntil = max(heldUntil, now.advanced(byNanos: asked)) }
    if failures >= Self.failuresToHold {
      let wait = policy.backoff.wait(
        failures: failures - Self.failuresToHold + 1, random: &random)
      heldUntil = max(heldUntil, now.advanced(byNanos: wait))
    }
    let indices = items.indices.filter { ids.contains(items[$0].id) }
    let attempt = (indices.map { items[$0].failures }.max() ?? 0) + 1
    let wait = max(policy.backoff.wait(failures: attempt, random: &random), asked)
    let due = now.advanced(byNanos: wait)
    var settlements: [AlertOutboxSettlement] = []
    var givenUp: [Int64] = []
    for index in indices {
      items[index].isUnderWay = false
      items[index].failures += 1
      items[index].due = due
      let id = items[index].id
      if now.nanos(since: items[index].created) >= policy.giveUpNanos {
        givenUp.append(id)
      } else {
        settlements.append(
          AlertOutboxSettlement(id: id, outcome: .failed(reason: reason, retryAt: due)))
      }
    }
    return settlements + close(givenUp, .dead(reason: "given up: \(reason)"))
  }

  /// The outbox knows of these.
  package mutating func settled(_ ids: some Sequence<Int64>) { unsettled.subtract(ids) }

  // MARK: Time

  /// A clock that was set back delays nothing: what waits is moved along.
  private mutating func see(_ now: Timestamp) {
    defer { lastNow = now }
    guard now < lastNow, lastNow != .distantPast else { return }
    calm = nil
    let back = now.nanos(since: lastNow)
    if heldUntil > .distantPast { heldUntil = heldUntil.advanced(byNanos: back) }
    policy.rate?.shift(byNanos: back)
    for index in items.indices {
      items[index].due = items[index].due.advanced(byNanos: back)
      items[index].arrived = items[index].arrived.advanced(byNanos: back)
    }
  }
}
