internal import Synchronization

/// What one runner does in one turn of its lane.
extension Lane {
  /// Deliveries a turn, so that one busy reader does not keep its lane-mates waiting.
  private static let deliveriesMax = 8
  /// Events of a delivery that are handed over at once, while they are in the caches.
  private static let handedMax = 4096
  /// Most events that a source is asked for at once.
  private static let produceMax = 1024

  func step(_ runner: Runner, nanos: Int64) throws(CallFailure) -> Bool {
    var moved = runner.outbox.isHolding && runner.outbox.drain()
    tellRefused(runner)
    moved = try readInbox(runner) || moved
    // On a loop of its own, what comes in by its sockets goes out by them in the same turn.
    if runner.bringsLoop { moved = try ask(runner, nanos: nanos) || moved }
    if !runner.isPaused { moved = try deliver(runner) || moved }
    if runner.subscription == nil { moved = try fireByClock(runner, nanos: nanos) || moved }
    if runner.bringsLoop {
      try endTurn(runner)
    } else {
      moved = try ask(runner, nanos: nanos) || moved
    }
    return moved
  }

  /// Asks a source for events, unless it is paused or about to stop.
  private func ask(_ runner: Runner, nanos: Int64) throws(CallFailure) -> Bool {
    guard !runner.isPaused, runner.halting == nil else { return false }
    return try produce(runner, nanos: nanos)
  }

  private func endTurn(_ runner: Runner) throws(CallFailure) {
    let end = TurnEnd(
      hasNews: runner.subscription?.hasNews ?? false, isHolding: runner.outbox.isHolding,
      lastSequence: runner.outbox.lastSequence)
    try call(runner, budget: 0) { plugin, _ in try plugin.turnEnded(end) }
  }

  /// Losses are events too: what a full hold refused is told as soon as there is room.
  private func tellRefused(_ runner: Runner) {
    guard !runner.outbox.isHolding else { return }
    let count = runner.metrics.outbox.takeRefused()
    guard count > 0 else { return }
    runner.context.log.warning(
      "events refused: the bus was full and the hold too", LogField("count", count))
    var sink = EventSink(outbox: runner.outbox, budget: 1)
    sink.publish(
      Event(
        Gap(
          subscriber: runner.context.catalog.intern(runner.name), reason: .refused, first: 0,
          last: 0, count: count, time: clock.now())))
    sink.finish()
  }

  private func readInbox(_ runner: Runner) throws(CallFailure) -> Bool {
    guard !runner.context.inbox.isEmpty else { return false }
    for message in runner.context.inbox.take() {
      try call(runner, budget: 0) { plugin, sink in
        try plugin.inbox(message, publishing: &sink)
      }
      rescheduleIdleSource(runner)
    }
    return true
  }

  // MARK: Reading

  private func deliver(_ runner: Runner) throws(CallFailure) -> Bool {
    guard let subscription = runner.subscription, runner.plugin.canReceive else { return false }
    // While its output waits it reads on only if the ring waits for it: the slowest reader never
    // waits, so that no circle of readers can come to a stand.
    if runner.outbox.isHolding, !bus.isSlowest(subscription) { return false }
    subscription.alsoReads(time: runner.wantsTime, commands: !runner.pendingCommands.isEmpty)
    var moved = false
    for _ in 0..<Self.deliveriesMax {
      let passed = try subscription.poll { (batch) throws(CallFailure) in
        try self.receive(batch, runner)
      }
      if passed == 0 { break }
      moved = true
      if runner.outbox.isHolding || !runner.plugin.canReceive { break }
    }
    return moved
  }

  private func receive(_ batch: borrowing Span<Event>, _ runner: Runner) throws(CallFailure) {
    runner.metrics.batch()
    recordHop(batch[batch.count - 1], runner)
    runner.untaken = batch[0].sequence
    var start = 0
    while start < batch.count {
      let end = min(start + Self.handedMax, batch.count)
      try take(batch, from: start, to: end, runner)
      start = end
    }
    runner.untaken = 0
    guard runner.endsBatches else { return }
    try call(runner, budget: .max) { plugin, sink in try plugin.batchEnded(publishing: &sink) }
  }

  private func take(
    _ batch: borrowing Span<Event>, from first: Int, to last: Int, _ runner: Runner
  ) throws(CallFailure) {
    guard runner.readsEngineEvents else {
      return try hand(batch, from: first, to: last, runner)
    }
    // Time and commands are not for `receive`: they split the batch.
    var start = first
    for index in first..<last {
      let code = batch[index].kindCode
      // The time event that it waits for may be among what was lost.
      if code == EventKind.gap.rawValue { runner.timeIsUnderWay = false }
      let isTime = code == EventKind.time.rawValue
      guard isTime || code == EventKind.command.rawValue else { continue }
      let isWanted = runner.wants(kindCode: code)
      try hand(batch, from: start, to: isWanted ? index + 1 : index, runner)
      start = index + 1
      runner.untaken = start < batch.count ? batch[start].sequence : 0
      if isTime {
        try fire(runner, until: batch[index].engineTime.time)
      } else {
        try carryOut(batch[index].command, at: batch[index].sequence, runner)
      }
    }
    try hand(batch, from: start, to: last, runner)
  }

  private func hand(
    _ batch: borrowing Span<Event>, from start: Int, to end: Int, _ runner: Runner
  ) throws(CallFailure) {
    guard end > start else { return }
    let part = batch.extracting(start..<end)
    try call(runner, budget: .max) { plugin, sink in
      try plugin.receive(part, publishing: &sink)
    }
  }

  private func recordHop(_ event: Event, _ runner: Runner) {
    let code = event.kindCode
    guard code == EventKind.trade.rawValue || code == EventKind.quote.rawValue else { return }
    let received = event.trade.receiveTime
    guard received.nanoseconds != 0 else { return }
    runner.metrics.hop.record(nanos: clock.now().nanos(since: received))
  }

  // MARK: Timers and commands

  private func fire(_ runner: Runner, until time: Timestamp) throws(CallFailure) {
    runner.timeIsUnderWay = false
    while let timer = runner.context.timers.take(until: time) {
      try call(runner, budget: .max) { plugin, sink in
        try plugin.timer(timer, publishing: &sink)
      }
    }
  }

  private func fireByClock(_ runner: Runner, nanos: Int64) throws(CallFailure) -> Bool {
    guard runner.context.timers.nextNanos <= nanos,
      let time = runner.context.timers.timeReached(at: nanos)
    else { return false }
    try fire(runner, until: time)
    rescheduleIdleSource(runner)
    return true
  }

  private func carryOut(
    _ record: CommandRecord, at position: UInt64, _ runner: Runner
  ) throws(CallFailure) {
    guard let index = runner.pendingCommands.firstIndex(where: { $0.token == record.token }) else {
      return
    }
    var pending = runner.pendingCommands.remove(at: index)
    pending.command.position = position
    pending.command.time = record.time
    try carryOut(pending, runner)
  }

  /// Hands a command to the plugin. An error is the answer, not a crash.
  func carryOut(_ pending: PendingCommand, _ runner: Runner) throws(CallFailure) {
    onAbandon = {
      pending.reply(.failure(PluginError("\(runner.name) did not return from the command")))
    }
    do {
      let answer = try call(runner, budget: .max) { plugin, sink in
        do {
          return Result<JSONValue, PluginError>.success(
            try plugin.handle(pending.command, publishing: &sink))
        } catch let error as PluginError {
          return .failure(error)
        } catch {
          return .failure(PluginError("\(error)"))
        }
      }
      onAbandon = nil
      rescheduleIdleSource(runner)
      pending.reply(answer)
    } catch {
      // Given up: the host has answered.
      if isAbandoned { throw error }
      onAbandon = nil
      pending.reply(.failure(PluginError("\(runner.name) \(error)")))
      throw error
    }
  }

  // MARK: Sources

  private func produce(_ runner: Runner, nanos: Int64) throws(CallFailure) -> Bool {
    guard runner.nextProduceNanos <= nanos || runner.isAskedEveryTurn else { return false }
    let room = runner.outbox.isHolding ? 0 : min(bus.roomForSources(), Self.produceMax)
    guard room > 0 else {
      if !runner.waitsForRoom { runner.metrics.blockedSince.store(nanos, ordering: .relaxed) }
      runner.waitsForRoom = true
      return false
    }
    if runner.waitsForRoom { runner.metrics.blockedSince.store(0, ordering: .relaxed) }
    runner.waitsForRoom = false
    let next = try call(runner, budget: room) { plugin, sink in
      try plugin.produce(publishing: &sink)
    }
    runner.isAskedEveryTurn = next == .everyTurn
    schedule(runner, next)
    return next != .everyTurn || bus.roomForSources() < room
  }

  private func schedule(_ runner: Runner, _ next: Next) {
    switch next {
    case .now: runner.nextProduceNanos = 0
    case .idle, .everyTurn: runner.nextProduceNanos = .max
    case .at(let time):
      // Waiting is done on the monotonic clock: a wall clock that jumps stops no source.
      let wait = max(time.nanos(since: clock.now()), 0)
      let (nanos, overflow) = clock.monotonicNanos().addingReportingOverflow(wait)
      runner.nextProduceNanos = overflow ? .max : nanos
    }
  }

  /// Something happened to the plugin that may have woken its source.
  func rescheduleIdleSource(_ runner: Runner) {
    if runner.isSource { runner.nextProduceNanos = 0 }
  }
}
