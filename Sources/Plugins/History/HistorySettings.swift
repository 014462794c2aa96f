public import EngineCore

/// Where bars of the past are kept, and for how long.
public struct HistorySettings: PluginSettings {
  var store: String
  var commitNanos: Int64
  var ageMaxNanos: Int64?
  var barsMax: Int
  var cacheBytes: Int

  public static let keys: [ConfigurationKey] = [
    .key(
      "store", .path, default: "run/history.sqlite",
      "The SQLite file that keeps closed bars; made when it is not there."),
    .key(
      "commit_interval", .duration(from: "1ms", to: "1m"), default: "250ms",
      "How often bars are committed. What a crash takes back is read from the journal again."),
    .optional(
      "max_age", .duration(from: "1h", to: "36500d"),
      "Bars that began before that are removed; without it none."),
    .key(
      "pending", .integer(64...1_000_000), default: 65_536,
      "Bars that wait for the disk at most; those beyond are read from the log later."),
    .key(
      "cache", .size(from: "0B", to: "64GiB"), default: "32MiB",
      "Memory for rows of the store that were asked for last, 64 bars each, at most."),
  ]

  public init(from object: inout ConfigurationObject) {
    store = object.string("store")
    commitNanos = object.durationNanos("commit_interval")
    ageMaxNanos = object.optionalDurationNanos("max_age")
    barsMax = Int(object.integer("pending"))
    cacheBytes = Int(object.sizeBytes("cache"))
  }
}
