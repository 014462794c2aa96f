internal import EngineCore
internal import JournalFiles

/// How long events of one kind are kept.
struct RetentionSettings: ConfigurationRecord, Equatable, Sendable {
  var kind: EventKind
  var limit: JournalRetention.Limit

  /// Definitions are never dropped by themselves: others refer to them.
  private static let names = EventKind.allCases.filter { $0 != .definition }.map { "\($0)" }

  static let keys: [ConfigurationKey] = [
    .required("kind", .choice(names), "The kind of event."),
    .optional(
      "max_age", .duration(from: "1s", to: "36500d"), "Events in files sealed before that go."),
    .optional(
      "max_size", .size(from: "64KiB", to: "1024TiB"),
      "The oldest go when there is more of the kind."),
  ]

  init(from object: inout ConfigurationObject) {
    let name = object.string("kind")
    kind = EventKind.allCases.first { "\($0)" == name } ?? .trade
    limit = JournalRetention.Limit(
      ageNanos: object.optionalDurationNanos("max_age"),
      bytes: object.optionalSizeBytes("max_size").map { Int($0) })
  }
}
