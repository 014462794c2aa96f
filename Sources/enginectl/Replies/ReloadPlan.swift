import EngineCore

/// What `config.reload` answers: the difference between the file and what runs.
struct ReloadPlan: Equatable, Sendable {
  struct Change: Equatable, Sendable {
    var name: String
    var paths: [String]
  }

  var isApplied: Bool
  /// Why the file cannot be used; nothing was changed then.
  var faults: [String]
  var added: [String]
  var removed: [String]
  var changed: [Change]
  var unchanged: [String]
  /// Keys of the engine that take effect at once.
  var live: [String]
  /// Keys that take effect when the daemon is started anew.
  var needsRestart: [String]

  init(_ reply: JSONValue) {
    isApplied = reply.flag("applied")
    faults = reply.texts("faults")
    let plan = reply["plan"] ?? .object([])
    added = plan.texts("added")
    removed = plan.texts("removed")
    changed = (plan["changed"]?.array ?? []).map {
      Change(name: $0.text("name") ?? "?", paths: $0.texts("paths"))
    }
    unchanged = plan.texts("unchanged")
    live = plan.texts("live")
    needsRestart = plan.texts("needs_restart")
  }

  /// Whether the file says what runs already.
  var isEmpty: Bool {
    faults.isEmpty && added.isEmpty && removed.isEmpty && changed.isEmpty && live.isEmpty
      && needsRestart.isEmpty
  }

  func lines(isDryRun: Bool, style: Style) -> [String] {
    if !faults.isEmpty {
      return faults.map { style.paint(PlainText.line($0), .red) }
        + ["\(faults.count == 1 ? "1 fault" : "\(faults.count) faults"): nothing was changed"]
    }
    if isEmpty { return ["no difference between the file and what runs"] }
    var lines = added.map { style.paint("+ \(PlainText.line($0))", .green) }
    lines += removed.map { style.paint("- \(PlainText.line($0))", .red) }
    lines += changed.map { change in
      style.paint("~ \(PlainText.line(change.name))", .yellow) + "  "
        + PlainText.line(change.paths.joined(separator: ", "))
    }
    lines += live.map { style.paint("~ \(PlainText.line($0))", .yellow) }
    lines += needsRestart.map {
      style.paint("! \(PlainText.line($0))", .yellow) + "  takes effect when engined is restarted"
    }
    if !unchanged.isEmpty { lines.append("  unchanged: \(unchanged.count)") }
    lines.append(
      isDryRun ? "dry run: nothing was changed" : isApplied ? "applied" : "nothing was changed")
    return lines
  }
}
