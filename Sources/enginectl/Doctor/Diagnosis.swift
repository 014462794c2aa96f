import EngineCore

/// Judges what the doctor found.
enum Diagnosis {
  static func checks(_ findings: Findings) -> [Check] {
    var checks = [socket(findings), daemon(findings)]
    guard findings.failure == nil else { return checks + [disk(findings)] }
    checks += [version(findings), plugins(findings), paused(findings)]
    checks += [readers(findings), losses(findings), configuration(findings)]
    return checks + [openFiles(findings), clock(findings), disk(findings)]
  }

  private static func socket(_ findings: Findings) -> Check {
    let name = "socket"
    let path = findings.location.path + findings.location.origin.note
    switch findings.entry {
    case .nothing:
      return .bad(
        name, "\(path) does not exist",
        "start the daemon with `engined --config plugins.json`, or name its socket with --socket")
    case .other: return .bad(name, "\(path) is not a socket", "move it away, or use --socket")
    case .unreadable(let reason):
      return .bad(name, "\(path): \(reason)", "run as the user who started the daemon")
    case .socket(let mode, let isOurs):
      if mode & 0o077 != 0 {
        return .bad(
          name, "\(path) is open to other users (mode 0\(String(mode, radix: 8)))",
          "chmod 600 \(findings.location.path)")
      }
      return .good(
        name, "\(path), mode 0\(String(mode, radix: 8))" + (isOurs ? "" : ", of another user"))
    }
  }

  private static func daemon(_ findings: Findings) -> Check {
    let name = "daemon"
    if let failure = findings.failure {
      let isStale = failure.status == .unreachable
      // The line about the socket has said what to do.
      if findings.entry == .nothing { return .bad(name, "not there", nil) }
      let detail = failure.message.isEmpty ? "no answer" : failure.message
      guard case .socket = findings.entry, isStale else {
        return .bad(name, detail, failure.hint)
      }
      return .bad(
        name, detail,
        "if it was killed, its socket is left over and harmless: start the daemon again")
    }
    if let ailment = findings.ailment {
      return .bad(name, "answers, and is not ready: \(ailment)", "see `enginectl logs`")
    }
    guard let engine = findings.engine else { return .good(name, "answers") }
    let pid = engine.pid.map { "pid \($0), " } ?? ""
    return .good(name, "answers: \(pid)up \(Figures.duration(engine.uptimeNanos))")
  }

  private static func version(_ findings: Findings) -> Check {
    let version = findings.engine?.version ?? findings.daemonVersion ?? "?"
    guard version == Release.version else {
      return .warning(
        "version", "engined is \(version), enginectl is \(Release.version)",
        "restart the daemon if it was updated, or use its own enginectl")
    }
    return .good("version", "both are \(version)")
  }

  private static func plugins(_ findings: Findings) -> Check {
    let name = "plugins"
    let all = findings.plugins
    if all.isEmpty {
      return .warning(name, "none are configured", "add some to plugins.json and `reload`")
    }
    func list(_ plugins: [PluginRow]) -> String {
      plugins.map { plugin in plugin.name + (plugin.lastError.map { ": \($0)" } ?? "") }
        .joined(separator: "; ")
    }
    let failed = all.filter { $0.state == "failed" }
    if !failed.isEmpty {
      return .bad(
        name, "\(failed.count) failed — \(list(failed))",
        "see `enginectl logs --plugin \(failed[0].name)`, then `enginectl start \(failed[0].name)`")
    }
    let waiting = all.filter { $0.state == "backoff" }
    if !waiting.isEmpty {
      return .warning(
        name, "\(waiting.count) wait after an error — \(list(waiting))",
        "they are tried again; see `enginectl logs --plugin \(waiting[0].name)`")
    }
    let running = all.filter { $0.state == "running" }.count
    let rest = all.count == running ? "" : ", \(all.count - running) not"
    return .good(name, "\(running) running\(rest)")
  }

  private static func paused(_ findings: Findings) -> Check {
    let paused = findings.plugins.filter(\.isPaused).map(\.name)
    guard let first = paused.first else { return .good("pauses", "nobody is paused") }
    return .warning(
      "pauses", "paused: \(paused.joined(separator: ", "))", "`enginectl resume \(first)`")
  }

  private static func readers(_ findings: Findings) -> Check {
    let name = "readers"
    let stalled = findings.plugins.filter { $0.held > 0 }
    if let first = stalled.first {
      return .warning(
        name, "output waits for room: \(stalled.map(\.name).joined(separator: ", "))",
        "a lossless reader is too slow: find it with `enginectl top` (\(first.name) holds "
          + "\(Figures.grouped(first.held)))")
    }
    let ring = findings.engine?.ring ?? .max
    let lags =
      findings.plugins.map { ($0.name, $0.policy == nil ? 0 : $0.lag ?? 0) }
      + findings.subscriptions.map { ($0.name, $0.lag) }
    if let (reader, lag) = lags.filter({ $0.1 >= ring / 4 }).max(by: { $0.1 < $1.1 }) {
      return .warning(
        name, "\(reader) is \(Figures.grouped(lag)) events behind, of \(Figures.grouped(ring))",
        "watch it with `enginectl top`; a larger engine.ring rides out longer bursts")
    }
    return .good(name, "nobody is far behind")
  }

  private static func losses(_ findings: Findings) -> Check {
    let name = "losses"
    let refusing = findings.plugins.filter { $0.refused > 0 }
    let dropping =
      findings.plugins.filter { $0.dropped > 0 }.map { ($0.name, $0.dropped) }
      + findings.subscriptions.filter { reader in
        reader.dropped > 0 && !findings.plugins.contains { $0.name == reader.name }
      }.map { ($0.name, $0.dropped) }
    var parts = refusing.map { "\($0.name) could not publish \(Figures.grouped($0.refused))" }
    parts += dropping.map { "\($0.0) missed \(Figures.grouped($0.1))" }
    guard !parts.isEmpty else { return .good(name, "no event was dropped or refused") }
    return .warning(
      name, "since the start: \(parts.joined(separator: ", "))",
      "the gap events say which; see `enginectl tap 'gap.>' --from oldest`")
  }

  private static func configuration(_ findings: Findings) -> Check {
    let name = "configuration"
    guard let path = findings.engine?.config else {
      return .skipped(name, "the daemon runs without a file")
    }
    if let failure = findings.planFailure { return .bad(name, failure, "see `enginectl reload`") }
    guard let plan = findings.plan else { return .skipped(name, "could not be compared") }
    if let first = plan.faults.first {
      let more = plan.faults.count > 1 ? " and \(plan.faults.count - 1) more" : ""
      return .bad(name, first + more, "correct \(path): the daemon would not start with it")
    }
    if plan.isEmpty { return .good(name, "\(path) is what runs") }
    return .warning(
      name, "\(path) differs from what runs",
      "`enginectl reload --dry-run` shows how, `enginectl reload` applies it"
        + (plan.needsRestart.isEmpty ? "" : "; some keys need a restart of engined"))
  }

  private static func openFiles(_ findings: Findings) -> Check {
    guard let limit = findings.openFilesMax else {
      return .skipped("open files", "the daemon's limit cannot be read")
    }
    guard limit >= 1024 else {
      return .warning(
        "open files", "the daemon may open \(limit)",
        "raise it with `ulimit -n 4096`, or LimitNOFILE of the service")
    }
    return .good("open files", "the daemon may open \(Figures.grouped(limit))")
  }

  private static func clock(_ findings: Findings) -> Check {
    let name = "clock"
    guard let engine = findings.engine, let started = engine.started else {
      return .skipped(name, "the daemon does not say when it was started")
    }
    let drift = findings.now.nanos(since: started.advanced(byNanos: engine.uptimeNanos))
    guard drift.magnitude < 2_000_000_000 else {
      return .warning(
        name, "the machine's clock was moved by \(Figures.duration(drift)) since the start",
        "see that time is synchronised; event times from before are off by as much")
    }
    return .good(name, "steady since the start")
  }

  private static func disk(_ findings: Findings) -> Check {
    guard let disk = findings.disk, disk.total > 0 else {
      return .skipped("disk", "the folder of the socket cannot be looked at")
    }
    let free = Figures.bytes(Int64(clamping: disk.free))
    let detail = "\(free) free in the folder of the socket"
    if disk.free < 64 << 20 { return .bad("disk", detail, "make room") }
    if disk.free < 512 << 20 || disk.free < disk.total / 50 {
      return .warning("disk", detail, "make room before it is needed")
    }
    return .good("disk", detail)
  }
}
