internal import AlertRules
internal import EngineCore

/// Rule files that change while the plugin runs.
extension Alerts {
  /// Looks whether rule files have changed, away from the lane.
  func lookAtFiles() {
    guard !context.isRerun else { return }
    if !watch.files.paths.isEmpty {
      context.timers.schedule(
        Self.pollTimer, at: context.clock.now().advanced(byNanos: settings.pollNanos))
    }
    guard !watch.isBusy, watch.isForced || !watch.files.paths.isEmpty else { return }
    let (files, marks, isForced) = (watch.files, watch.marks, watch.isForced)
    let outcome = context.background.block("alerts-files") {
      guard isForced || files.marks() != marks else { return AlertMessage.files(nil) }
      do throws(PluginError) {
        return AlertMessage.files(.success(try files.read()))
      } catch {
        return AlertMessage.files(.failure(PluginFailure(message: error.message)))
      }
    }
    watch.isReading = outcome == .accepted
    if watch.isReading { watch.isForced = false }
  }

  /// Looks again later, also when no file is watched.
  private func lookAgain() {
    watch.isForced = true
    context.timers.schedule(
      Self.pollTimer, at: context.clock.now().advanced(byNanos: settings.pollNanos))
  }

  func takeFiles(_ result: Result<RuleFiles.Content, PluginFailure>?) {
    watch.isReading = false
    // The configuration was changed again meanwhile.
    let isForced = watch.isForced
    switch result {
    case nil: break
    case .failure(let failure):
      if watch.lastFault != failure.message {
        context.log.error("rules stay as they were", LogField("faults", failure.message))
      }
      watch.lastFault = failure.message
      // As the next look finds them, be it as they are now.
      if !watch.files.paths.isEmpty { watch.isForced = true }
    case .success(let content):
      watch.lastFault = nil
      propose(run.change(to: content.rules), content.marks)
    }
    if isForced { lookAtFiles() }
  }

  /// Rules that are changed at one place in the log: so that no change takes long.
  private static let rulesAtOnce = 10_000

  /// Keeps a change, and then has it made at places in the log.
  ///
  /// - Parameter marks: of the files that it is of; they count as read once it is kept.
  private func propose(_ change: RuleSetChange, _ marks: [RuleFiles.Mark]) {
    guard !change.isEmpty, let store = keeper?.store else {
      watch.marks = marks
      return
    }
    let parts = change.parts(of: Self.rulesAtOnce)
    let outcome = context.background.block("alerts-files") {
      do throws(AlertStoreError) {
        var kept: [RuleSetChange] = []
        for var part in parts {
          part.version = try store.add(part)
          kept.append(part)
        }
        return AlertMessage.changes(kept, marks)
      } catch {
        return AlertMessage.changeFailed(error)
      }
    }
    watch.isReading = outcome == .accepted
    if !watch.isReading { lookAgain() }
  }

  /// Has changes that are kept made, one after the other.
  func make(_ changes: [RuleSetChange], _ marks: [RuleFiles.Mark]) {
    watch.isReading = false
    watch.marks = marks
    for change in changes { run.changes[change.version] = change }
    if let first = watch.take(changes.map(\.version)) { sendChange(first) }
  }

  /// Changes could not be kept: the files count as not read.
  func takeChangesFailed(_ error: AlertStoreError) {
    watch.isReading = false
    if watch.lastFault != error.message {
      context.log.error("rules could not be changed", LogField("error", "\(error)"))
    }
    watch.lastFault = error.message
    lookAgain()
  }

  /// Has a change made by a command that stands in the log.
  private func sendChange(_ version: Int64) {
    let inbox = context.inbox
    let reply: @Sendable (Result<JSONValue, PluginError>) -> Void = { result in
      guard case .failure(let error) = result else { return }
      _ = inbox.offer(
        AlertMessage.changeRefused(version, PluginFailure(message: error.message)))
    }
    if let refusal = Self.testRefusal { return reply(.failure(refusal)) }
    context.commands.send(
      AlertRun.rulesCommand, .object([("version", .integer(version))]), reply: reply)
  }

  /// A change was made: the next one, or what files say by now.
  func noteMade(_ version: Int64) {
    if let next = watch.made(version) { return sendChange(next) }
    if !watch.isBusy, watch.isForced { lookAtFiles() }
  }

  /// The command of a change was refused: it is sent again.
  func takeRefusal(_ version: Int64, _ failure: PluginFailure) {
    guard watch.changes.first == version else { return }
    context.log.warning(
      "a change of rules was refused; it is tried again", LogField("error", failure.message))
    context.timers.schedule(
      Self.changeTimer, at: context.clock.now().advanced(byNanos: AlertKeeper.retryNanos))
  }

  /// It is time to send a refused change again.
  func sendChangeAgain() {
    if let first = watch.changes.first { sendChange(first) }
  }
}
