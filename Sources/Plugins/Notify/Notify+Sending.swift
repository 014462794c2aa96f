internal import EngineCore
internal import Notifications

/// From the outbox to the channels.
extension Notify {
  // MARK: The outbox

  /// Looks for somebody who has notifications, now and then; and for some that were missed.
  func look() {
    if outbox == nil { findOutbox() }
    if outbox != nil { noteArrival() }
    context.timers.schedule(
      Self.lookTimer,
      at: context.clock.now().advanced(byNanos: outbox == nil ? Self.lookNanos : Self.pollNanos))
  }

  private func findOutbox() {
    guard let found = try? context.capabilities.find(.alertOutbox) else { return }
    outbox = found
    let signal = signal
    observation = found.observe { signal.tell() }
    // It may be another one: what is read of it begins anew.
    for name in desks.keys { desks[name]?.queue.forget() }
  }

  func loseOutbox(_ reason: String) {
    guard outbox != nil else { return }
    outbox = nil
    observation = nil
    if outboxTrouble != reason {
      context.log.warning("notifications cannot be read", LogField("error", reason))
    }
    outboxTrouble = reason
    context.timers.schedule(
      Self.lookTimer, at: context.clock.now().advanced(byNanos: Self.lookNanos))
  }

  func noteArrival() {
    for name in desks.keys { desks[name]?.queue.arrived() }
  }

  // MARK: Work

  /// Does what can be done now, and sees to it that it is looked again in time.
  func pump() {
    guard !context.isRerun, !isStopping else { return }
    read()
    var wake: Timestamp?
    let now = context.clock.now()
    if outbox != nil, !settling.isFull {
      for name in desks.keys.sorted() where desks[name]?.isLeaving == false {
        let plan = desks[name]?.queue.plan(at: now) ?? DeliveryPlan()
        loading.planned += plan.deliveries.map { PlannedDelivery(channel: name, delivery: $0) }
        if let time = plan.wake { wake = wake.map { min($0, time) } ?? time }
      }
    }
    load()
    settle()
    if let wake {
      context.timers.schedule(Self.wakeTimer, at: wake)
    } else {
      context.timers.cancel(Self.wakeTimer)
    }
  }

  /// Reads what waits for channels that have room, one read at a time.
  private func read() {
    guard !isReading, let outbox else { return }
    let wanted = desks.values
      .filter { !$0.isLeaving && !$0.queue.isPaused && $0.queue.wanted > 0 }
      .map { (channel: $0.name, after: $0.queue.cursor, limit: $0.queue.wanted) }
    guard !wanted.isEmpty else { return }
    let outcome = context.background.run {
      var parts: [ReadPart] = []
      do throws(PluginError) {
        for one in wanted {
          let tickets = try await outbox.waiting(one.channel, after: one.after, limit: one.limit)
          parts.append(ReadPart(channel: one.channel, limit: one.limit, tickets: tickets))
        }
        return NotifyMessage.read(.success(parts))
      } catch {
        return NotifyMessage.read(.failure(PluginFailure(message: error.message)))
      }
    }
    isReading = outcome == .accepted
  }

  func takeRead(_ result: Result<[ReadPart], PluginFailure>) {
    isReading = false
    switch result {
    case .failure(let failure): loseOutbox(failure.message)
    case .success(let parts):
      if outboxTrouble != nil { context.log.info("notifications are read again") }
      outboxTrouble = nil
      let now = context.clock.now()
      for part in parts {
        let unwanted = desks[part.channel]?.queue.add(part.tickets, limit: part.limit, at: now)
        desks[part.channel]?.figures.unwanted += UInt64(unwanted?.count ?? 0)
        settling.settlements += unwanted ?? []
      }
    }
  }

  // MARK: Messages

  /// Sends a message whose notifications were loaded.
  func launch(_ planned: PlannedDelivery, _ entries: [AlertOutboxEntry]) {
    let (channel, delivery) = (planned.channel, planned.delivery)
    guard let desk = desks[channel] else { return }
    let waiting = Set(entries.map(\.id))
    desks[channel]?.queue.lose(delivery.ids.filter { !waiting.contains($0) })
    guard !entries.isEmpty else {
      desks[channel]?.queue.putBack(delivery.number)
      return
    }
    let (sender, clock) = (desk.sender, context.clock)
    let (timeout, secrets) = (desk.settings.timeoutNanos, desk.settings.secrets)
    let outcome = context.background.run {
      let time = clock.now()
      let began = clock.monotonicNanos()
      let message = NotificationMessage(channel: channel, entries: entries, time: time)
      let result = await sender.send(message, timeoutNanos: timeout)
      return NotifyMessage.sent(
        SentMessage(
          channel: channel, number: delivery.number, key: message.key, entries: entries,
          result: result.told(SecretTexts.hidden(secrets, in: result.detail)), began: time,
          nanos: clock.monotonicNanos() - began))
    }
    // There are as many places as channels may take: this is for one that was just added.
    if outcome != .accepted { desks[channel]?.queue.putBack(delivery.number) }
  }

  func take(_ sent: SentMessage) {
    // Taken out meanwhile: two that hold its queue would have it copied with each message.
    guard var desk = desks.removeValue(forKey: sent.channel) else { return }
    defer {
      if !desk.isLeaving || desk.queue.underWay > 0 { desks[sent.channel] = desk }
    }
    let now = context.clock.now()
    let settlements = desk.queue.finish(sent.number, sent.result, at: now)
    settling.settlements += settlements
    note(settlements, of: sent, &desk.figures)
    if case .delivered = sent.result { desk.figures.lastDelivered = now }
  }

  private func note(
    _ settlements: [AlertOutboxSettlement], of sent: SentMessage, _ figures: inout ChannelFigures
  ) {
    let result = sent.result
    figures.lastResult = "\(result.name): \(result.detail)"
    var outcomes: [Int64: AlertOutboxSettlement.Outcome] = [:]
    for settlement in settlements { outcomes[settlement.id] = settlement.outcome }
    for entry in sent.entries {
      var name = result.name
      switch outcomes[entry.id] {
      case .done: figures.delivered += 1
      case .failed: figures.failed += 1
      case .dead:
        figures.dead += 1
        if case .failed = result { name = "given up" }
        context.log.warning(
          "a notification was given up", LogField("channel", sent.channel),
          LogField("key", entry.key), LogField("reason", result.detail))
      case nil: continue
      }
      settling.attempts.append(
        Attempt(
          time: sent.began, channel: sent.channel, key: entry.key, message: sent.key,
          rule: entry.rule, attempt: entry.attempts, result: name, detail: result.detail,
          nanos: sent.nanos))
    }
  }
}
