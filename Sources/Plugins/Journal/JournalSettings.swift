public import EngineCore
internal import JournalFiles

/// Where the journal is, how safe it is, and what happens when it cannot be written.
public struct JournalSettings: PluginSettings {
  /// What the engine does while nothing can be recorded.
  enum OnFailure: String, CaseIterable, Sendable {
    /// It waits: sources are held back, frontends show nothing new, nothing is lost.
    case halt
    /// It runs on; what was not recorded is counted and told as lost.
    case proceed = "continue"
  }

  /// What frontends wait for.
  enum Gate: String, CaseIterable, Sendable {
    /// Events that survive `kill -9`.
    case written
    /// Events that survive a loss of power.
    case synced
  }

  var folder: String
  var options: JournalOptions
  var onFailure = OnFailure.halt
  var gate = Gate.written
  var retention: JournalRetention
  var upkeepNanos: Int64

  public static let keys: [ConfigurationKey] = [
    .required("folder", .path, "The folder of the journal; made when it is not there."),
    .key(
      "sync",
      .oneOf([
        .choice(["each batch"]), .duration(from: "1ms", to: "1h"), .text(.syncEvents),
      ]), default: "100ms",
      "How soon what is recorded is safe from a loss of power: a duration, \"1000 events\", or "
        + "\"each batch\"."
    ),
    .key(
      "gate", .choice(of: Gate.self), default: "written",
      "What frontends may show: events that survive the end of the process (written), or a loss "
        + "of power (synced)."
    ),
    .key(
      "on_failure", .choice(of: OnFailure.self), default: "halt",
      "While the disk takes nothing: hold sources back, or go on and count what is not recorded."),
    .key(
      "segment", .size(from: "64KiB", to: "4GiB"), default: "256MiB",
      "Size at which a file is sealed and the next one begun."),
    .key(
      "block", .integer(16...65_536), default: 8192,
      "Events in a block at most: larger ones pack better, smaller ones are found faster."),
    .optional(
      "max_age", .duration(from: "1s", to: "36500d"),
      "Files that were sealed before that are removed; without it none."),
    .optional(
      "max_size", .size(from: "1MiB", to: "1024TiB"),
      "The oldest files are removed when all together are larger; without it none."),
    .key(
      "compact_after", .duration(from: "0s", to: "36500d"), default: "1h",
      "Files that were sealed before that are packed: half the size, and sorted by instrument."),
    .key(
      "kinds", .list(of: .record(RetentionSettings.self), atMost: EventKind.allCases.count),
      default: [], "Kinds of events that go earlier than the others."),
    .key(
      "upkeep", .duration(from: "1s", to: "1d"), default: "1m",
      "How often it is seen to that all this holds."),
  ]

  public init(from object: inout ConfigurationObject) {
    folder = object.string("folder")
    options = JournalOptions(
      sync: Self.policy(object["sync"]?.durationNanos, object.optionalString("sync") ?? ""),
      segmentBytes: Int(object.sizeBytes("segment")), blockEvents: Int(object.integer("block")))
    upkeepNanos = object.durationNanos("upkeep")
    retention = JournalRetention(
      all: JournalRetention.Limit(
        ageNanos: object.optionalDurationNanos("max_age"),
        bytes: object.optionalSizeBytes("max_size").map { Int($0) }),
      kinds: Self.kinds(object.records("kinds", as: RetentionSettings.self)),
      compactAfterNanos: object.durationNanos("compact_after"))
    onFailure = object.choice("on_failure", as: OnFailure.self)
    gate = object.choice("gate", as: Gate.self)
    if gate == .synced { options.sync = .eachBatch }
  }

  private static func kinds(
    _ settings: [RetentionSettings]
  ) -> [EventKind: JournalRetention.Limit] {
    settings.reduce(into: [:]) { limits, setting in limits[setting.kind] = setting.limit }
  }

  private static func policy(_ nanos: Int64?, _ text: String) -> SyncPolicy {
    if let nanos { return .every(nanos: nanos) }
    if let count = text.split(separator: " ").first.flatMap({ Int($0) }) {
      return .everyEvents(count)
    }
    return .eachBatch
  }
}

extension TextRule {
  static let syncEvents = TextRule(
    "a number of events such as \"1000 events\"", pattern: "^[1-9][0-9]{0,8} events$"
  ) { text in
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[1] == "events" && Int(parts[0]).map { $0 > 0 } == true
  }
}
