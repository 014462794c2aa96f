internal import EngineCore
internal import Notifications

/// Keeping alive what fires in Alertmanagers: they take it for over when nothing more is heard.
extension Notify {
  static let firingTimer = TimerID(4)

  /// Sets the timer for the channel that is told again first.
  func scheduleFiring() {
    let waits = desks.values.compactMap { desk -> Int64? in
      guard case .alertmanager(let settings) = desk.settings.target, !desk.isLeaving else {
        return nil
      }
      return settings.resendNanos
    }
    guard let wait = waits.min() else { return context.timers.cancel(Self.firingTimer) }
    context.timers.schedule(Self.firingTimer, at: context.clock.now().advanced(byNanos: wait))
  }

  func tellFiringAgain() {
    scheduleFiring()
    guard !isStopping, !isTellingAgain else { return }
    let senders = desks.values.filter { !$0.isLeaving && !$0.queue.isPaused }
      .compactMap { desk -> (String, AlertmanagerSender, Int64)? in
        guard let sender = desk.sender as? AlertmanagerSender else { return nil }
        return (desk.name, sender, desk.settings.timeoutNanos)
      }
    guard !senders.isEmpty else { return }
    let book = try? context.capabilities.find(.alertBook)
    let outcome = context.background.run {
      let states = await Self.firing(book)
      var faults: [String] = []
      for (name, sender, timeout) in senders {
        let result = await sender.tellAgain(
          name, isFiring: { alert in states?.contains("\(alert.rule)\n\(alert.instrument)") },
          timeoutNanos: timeout)
        if case .failed(let reason, _)? = result { faults.append("\(name): \(reason)") }
        if case .refused(let reason)? = result { faults.append("\(name): \(reason)") }
      }
      return NotifyMessage.toldAgain(faults)
    }
    isTellingAgain = outcome == .accepted
  }

  /// What fires now; nil when nobody knows, or not all of it.
  private static func firing(_ book: (any AlertBook)?) async -> Set<String>? {
    let query = AlertQuery(states: [.firing, .acknowledged], limit: AlertQuery.limitMax)
    guard let states = try? await book?.states(query), states.count < query.limit else {
      return nil
    }
    return Set(states.map { "\($0.rule)\n\($0.instrument)" })
  }

  func takeToldAgain(_ faults: [String]) {
    isTellingAgain = false
    for fault in faults {
      context.log.warning("what fires was not told again", LogField("error", fault))
    }
  }
}
