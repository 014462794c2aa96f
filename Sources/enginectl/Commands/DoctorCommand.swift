import ArgumentParser
import BinaryProtocol
import EngineCore

/// `enginectl doctor`
struct DoctorCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what is wrong, and say what to do.",
    discussion: "Ends with 1 when something failed, with 69 when there is no daemon.")

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let findings = await examine(session)
    // A person who interrupts gets no diagnosis of the interruption.
    if findings.failure?.status == .interrupted { throw .interrupted }
    let checks = Diagnosis.checks(findings)
    let isBad = checks.contains { $0.verdict == .bad }
    if session.output.isJSON {
      try session.output.json(
        .object([("ok", .bool(!isBad)), ("checks", .array(checks.map(\.json)))]))
    } else {
      let width = checks.reduce(0) { max($0, PlainText.width($1.name)) }
      let style = session.output.style
      try session.output.lines(checks.flatMap { $0.lines(style: style, width: width) })
    }
    if let failure = findings.failure { throw ControlError(failure.status, "") }
    if isBad { throw .told }
  }

  private func examine(_ session: Session) async -> Findings {
    let path = session.location.path
    var findings = Findings(
      location: session.location, entry: System.entry(path), disk: disk(of: path),
      now: session.clock.now())
    do throws(ControlError) {
      try await examine(try await session.connect(), &findings)
    } catch {
      findings.failure = error
    }
    return findings
  }

  private func examine(
    _ engine: EngineConnection, _ findings: inout Findings
  ) async throws(ControlError) {
    findings.daemonVersion = engine.server.version
    let health = try await engine.health()
    if !health.isServing { findings.ailment = health.text }
    // The clock is read next to the daemon's, so that the time between them is not taken for drift.
    let row = EngineRow(try await engine.call("engine.info"))
    findings.engine = row
    findings.now = SystemClock().now()
    findings.plugins = try await engine.call("plugins.list")
      .list("plugins", of: "plugins.list").map(PluginRow.init)
    let interval = JSONValue.object([("interval_ns", .integer(1_000_000_000))])
    try await engine.stream("stats.watch", interval) { message in
      findings.subscriptions = TopSample(message).subscriptions
      return false
    }
    if let pid = row.pid, let limits = System.file("/proc/\(pid)/limits", bytesMax: 64 << 10) {
      findings.openFilesMax = ProcessLimits.openFilesMax(String(decoding: limits, as: UTF8.self))
    }
    guard row.config != nil else { return }
    do throws(ControlError) {
      let reply = try await engine.call("config.reload", .object([("dry_run", .bool(true))]))
      findings.plan = ReloadPlan(reply)
    } catch  where error.status == .refused {
      findings.planFailure = error.message
    }
  }

  /// The disk of the socket's folder.
  private func disk(of path: String) -> DiskSpace? {
    guard let slash = path.lastIndex(of: "/") else { return System.disk(of: ".") }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    // A folder that the daemon has not made yet will be on the disk of this one.
    return System.disk(of: folder) ?? System.disk(of: ".")
  }
}
