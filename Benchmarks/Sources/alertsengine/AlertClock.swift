import EngineCore

/// Reads alerts as any other plugin does, and notes how long after its tick each came.
final class AlertClock: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(
    kind: "alert-clock", summary: "Times alerts.", consumes: [.alert],
    commands: [
      PluginCommandDescription("begin", "forgets what was"),
      PluginCommandDescription("figures", "what was noted since"),
    ])

  private let context: PluginContext
  private var nanos: [Int64] = []

  init(settings: Settings, context: PluginContext) throws {
    self.context = context
    nanos.reserveCapacity(1 << 21)
  }

  var subscription: SubscriptionRequest? { SubscriptionRequest(Interest(kinds: [.alert])) }

  func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    let now = context.clock.now()
    for index in 0..<batch.count where batch[index].kindCode == EventKind.alert.rawValue {
      nanos.append(now.nanos(since: batch[index].alert.eventTime))
    }
  }

  func handle(_ command: PluginCommand, publishing output: inout EventSink) throws -> JSONValue {
    if command.name == "begin" {
      nanos.removeAll(keepingCapacity: true)
      return .null
    }
    let sorted = nanos.sorted()
    func micros(_ part: Double) -> JSONValue {
      guard !sorted.isEmpty else { return .null }
      let rank = min(sorted.count - 1, Int(Double(sorted.count) * part))
      return .string(FixedPoint.text(sorted[rank] * 1_000_000))
    }
    return .object([
      ("alerts", .integer(nanos.count)), ("p50_us", micros(0.5)), ("p90_us", micros(0.9)),
      ("p99_us", micros(0.99)), ("p999_us", micros(0.999)), ("max_us", micros(1)),
    ])
  }
}
