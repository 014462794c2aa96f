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
    let outcome = context.background.run {
      guard isForced || files.marks() != marks else { return AlertMessage.files(nil) }
      do throws(PluginError) {
        return AlertMessage.files(.success(try files.read()))
      } catch {
        return AlertMessage.files(.failure(PluginFailure(message: error.message)))
      }
    }
    watch.isBusy = outcome == .accepted
    if watch.isBusy { watch.isForced = false }
  }

  func takeFiles(_ result: Result<RuleFiles.Content, PluginFailure>?) {
    watch.isBusy = false
    switch result {
    case nil: break
    case .failure(let failure):
      if watch.lastFault != failure.message {
        context.log.error("rules stay as they were", LogField("faults", failure.message))
      }
      watch.lastFault = failure.message
    case .success(let content):
      watch.lastFault = nil
      watch.marks = content.marks
      propose(run.change(to: content.rules))
    }
    // The configuration was changed again meanwhile.
    if watch.isForced { lookAtFiles() }
  }

  /// Rules that are changed at one place in the log: so that no change takes long.
  private static let rulesAtOnce = 10_000

  /// Keeps a change, and then has it made at places in the log.
  private func propose(_ change: RuleSetChange) {
    guard !change.isEmpty, let store = keeper?.store else { return }
    let parts = change.parts(of: Self.rulesAtOnce)
    let outcome = context.background.run {
      do throws(AlertStoreError) {
        var kept: [RuleSetChange] = []
        for var part in parts {
          part.version = try store.add(part)
          kept.append(part)
        }
        return AlertMessage.changes(kept)
      } catch {
        return AlertMessage.changeFailed(error)
      }
    }
    watch.isBusy = outcome == .accepted
  }

  /// Has changes that are kept made, each by a command that stands in the log.
  func make(_ changes: [RuleSetChange]) {
    watch.lastVersion = changes.last?.version ?? 0
    for change in changes {
      run.changes[change.version] = change
      context.commands.send(
        AlertRun.rulesCommand, .object([("version", .integer(change.version))]))
    }
  }
}
