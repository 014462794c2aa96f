public import EngineCore

/// Counts what it reads: by kind, in order, with a checksum if wanted. For measuring a deployment,
/// and for knowing that two runs gave the same events.
public final class Probe: Plugin {
  public static let manifest = PluginManifest(
    kind: "probe", summary: "Counts events and checks their order, for tests and measurements.",
    consumes: Set(EventKind.allCases),
    commands: [
      PluginCommandDescription("stats", "What it has counted so far."),
      PluginCommandDescription("reset", "Starts counting from zero."),
    ])

  private static let reportTimer = TimerID(1)
  private let settings: ProbeSettings
  private let context: PluginContext
  private let filter: SubjectFilter
  private var counts = ProbeCounts()
  private var firstNanos: Int64?

  public init(settings: ProbeSettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    let patterns = try settings.subjects.map { try SubjectPattern(parsing: $0) }
    // Instruments may be defined after it starts: it asks for kinds and counts what matches.
    filter = SubjectFilter(patterns, catalog: context.catalog)
    for unknown in filter.unknown { context.log.warning("\(unknown)") }
  }

  public var subscription: SubscriptionRequest? {
    SubscriptionRequest(filter.interest, policy: settings.policy)
  }

  public func start() throws { scheduleReport() }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    if firstNanos == nil { firstNanos = context.clock.monotonicNanos() }
    let before = counts.events
    for index in 0..<batch.count {
      counts.add(batch[index], isChecksumming: settings.isChecksumming)
    }
    if let expected = settings.expected, before < expected, counts.events >= expected {
      reportExpected()
    }
  }

  private func reportExpected() {
    let nanos = context.clock.monotonicNanos() - (firstNanos ?? 0)
    context.log.info(
      "expected events have arrived", LogField("events", counts.events),
      LogField("seconds", Double(nanos) / 1e9),
      LogField("rate", Int(Double(counts.events) / max(Double(nanos) / 1e9, 1e-9))))
  }

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    report()
    scheduleReport()
  }

  private func scheduleReport() {
    guard let nanos = settings.reportNanos else { return }
    context.timers.schedule(
      Self.reportTimer, at: context.clock.now().advanced(byNanos: nanos))
  }

  private func report() {
    context.log.info(
      "counted", LogField("events", counts.events), LogField("trades", counts.trades),
      LogField("quotes", counts.quotes), LogField("gaps", counts.gaps),
      LogField("lost", counts.lost), LogField("out_of_order", counts.outOfOrder))
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    switch command.name {
    case "stats": return counts.json
    case "reset":
      counts = ProbeCounts()
      firstNanos = nil
      return .null
    default:
      throw PluginError(
        "probe has no command \"\(command.name)\"", hint: "it takes: stats, reset")
    }
  }

  public func stop(publishing output: inout EventSink) { report() }
}
