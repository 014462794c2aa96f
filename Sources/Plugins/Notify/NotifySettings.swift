public import EngineCore

/// Whom there is to tell, and where it is kept what was told.
public struct NotifySettings: PluginSettings {
  static let inMemory = "memory"

  public static let keys: [ConfigurationKey] = [
    .key(
      "channels", .list(of: .record(ChannelSettings.self), atMost: 256), default: [],
      "Ways to tell somebody; see docs/notify.md."),
    .key(
      "store", .path, default: "run/notify.sqlite",
      "The SQLite file that keeps what was tried, channels that were added and which are paused; "
        + "\"memory\" keeps nothing."),
    .key(
      "history", .integer(1...100_000_000), default: 100_000, "Attempts that are kept at most."),
    .key(
      "history_age", .duration(from: "1m", to: "36500d"), default: "30d",
      "How long attempts are kept."),
  ]

  let channels: [ChannelSettings]
  let store: String
  let historyMax: Int
  let historyAgeNanos: Int64

  public init(from object: inout ConfigurationObject) {
    channels = object.records("channels", as: ChannelSettings.self)
    store = object.string("store")
    historyMax = Int(object.integer("history"))
    historyAgeNanos = object.durationNanos("history_age")
    var seen: [String: Int] = [:]
    for (index, channel) in channels.enumerated() {
      if let first = seen.updateValue(index, forKey: channel.name) {
        object.fault(
          at: "channels[\(index)].name", expected: "a name that no other channel has",
          found: "\"\(channel.name)\", the name of channels[\(first)]")
      }
    }
  }
}
