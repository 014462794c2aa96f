internal import AlertRules
public import EngineCore

/// Which rules there are, how much they may ask for, and where what became of them is kept.
public struct AlertsSettings: PluginSettings {
  enum Clock: String, CaseIterable, Sendable {
    /// When ticks were taken in.
    case engine
    /// When they happened: for replays at any speed.
    case event
  }

  /// What a commit survives.
  enum Safety: String, CaseIterable, Sendable {
    /// The end of the process.
    case process
    /// A loss of power.
    case power
  }

  /// Keeps nothing when the process ends: for trying things out.
  static let inMemory = "memory"
  static let rulesMax = 1_000_000

  /// The rules of the configuration itself.
  var rules: [AlertRule]
  var files: [String]
  var pollNanos: Int64
  var store: String
  var safety: Safety
  var commitIntervalNanos: Int64
  var checkpointNanos: Int64
  var retention: AlertRetention
  var options: AlertOptions

  public static let keys: [ConfigurationKey] = [
    .key(
      "rules", .list(of: .record(AlertRule.self), atMost: rulesMax), default: [],
      "Rules; see docs/alerts.md."),
    .key(
      "files", .list(of: .path, atMost: 1024), default: [],
      "Files with more rules, a list or {\"rules\": […]}; a change of one is taken over at once."),
    .key(
      "poll", .duration(from: "100ms", to: "1h"), default: "2s",
      "How often rule files are looked at."),
    .key(
      "store", .path, default: "run/alerts.sqlite",
      "The SQLite file that keeps states, silences, history and notifications; \"memory\" keeps nothing."
    ),
    .key(
      "safety", .choice(of: Safety.self), default: "process",
      "What is committed survives the end of the process, or a loss of power."),
    .key(
      "clock", .choice(of: Clock.self), default: "engine",
      "What durations run on: when ticks were taken in, or when they happened, for replays."),
    .key(
      "commit_interval", .duration(from: "0s", to: "1s"), default: "10ms",
      "Least time from one commit to the next; an alert that comes first is committed at once, and those that follow within it together."
    ),
    .key(
      "checkpoint", .duration(from: "100ms", to: "1h"), default: "5s",
      "How often windows and prices are kept whole; a restart reads the log from there."),
    .key(
      "history", .integer(1...1_000_000_000), default: 1_000_000,
      "Transitions that are kept at most, and notifications that were delivered or given up."
    ),
    .key(
      "history_age", .duration(from: "1m", to: "36500d"), default: "30d",
      "How long transitions are kept."),
    .key(
      "delivered_age", .duration(from: "1m", to: "36500d"), default: "7d",
      "How long notifications are kept after they were delivered or given up."),
    .key(
      "pending", .integer(1...100_000_000), default: 100_000,
      "Notifications that wait for delivery at most; beyond that the oldest are given up."),
    .key(
      "pending_age", .duration(from: "1m", to: "36500d"), default: "7d",
      "How long notifications wait for delivery before they are given up."),
    .key(
      "flapping", .object(flapping), default: [:],
      "When a state that comes and goes is held open until it is quiet."),
    .key("limits", .object(limits), default: [:], "What rules may ask for."),
  ]

  private static let flapping: [ConfigurationKey] = [
    .key("firings", .integer(0...1_000_000), default: 5, "So many firings; 0 for never."),
    .key("window", .duration(from: "1s", to: "31d"), default: "10m", "Within so long."),
  ]

  private static let limits: [ConfigurationKey] = [
    .key("rules", .integer(1...2_000_000), default: 2_000_000, "Rules in all."),
    .key("rules_per_owner", .integer(1...2_000_000), default: 2_000_000, "Rules of one owner."),
    .key("states", .integer(1...100_000_000), default: 4_000_000, "States in all."),
    .key("silences", .integer(1...1_000_000), default: 10_000, "Silences at once."),
    .key(
      "owner_notifications", .integer(0...1_000_000_000), default: 0,
      "Notifications of one owner within the window; 0 for any number."),
    .key("owner_window", .duration(from: "1s", to: "31d"), default: "1h", "That window."),
  ]

  public init(from object: inout ConfigurationObject) {
    rules = object.records("rules", as: AlertRule.self)
    files = object.strings("files")
    pollNanos = object.durationNanos("poll")
    store = object.string("store")
    safety = object.choice("safety", as: Safety.self)
    commitIntervalNanos = object.durationNanos("commit_interval")
    checkpointNanos = object.durationNanos("checkpoint")
    retention = AlertRetention()
    retention.historyMax = Int(object.integer("history"))
    retention.historyAgeNanos = object.durationNanos("history_age")
    retention.deliveredAgeNanos = object.durationNanos("delivered_age")
    retention.pendingMax = Int(object.integer("pending"))
    retention.pendingAgeNanos = object.durationNanos("pending_age")
    var options = AlertOptions()
    options.clock = object.choice("clock", as: Clock.self) == .engine ? .engine : .event
    options.keepsChanges = true
    object.object("flapping") { flapping in
      options.flapFirings = UInt32(clamping: flapping.integer("firings"))
      options.flapWindow = flapping.durationNanos("window")
    }
    object.object("limits") { limits in
      options.limits.rulesMax = Int(limits.integer("rules"))
      options.limits.rulesPerOwnerMax = Int(limits.integer("rules_per_owner"))
      options.limits.statesMax = Int(limits.integer("states"))
      options.limits.silencesMax = Int(limits.integer("silences"))
      options.ownerNotifications = UInt32(clamping: limits.integer("owner_notifications"))
      options.ownerWindow = limits.durationNanos("owner_window")
    }
    self.options = options
    check(&object)
  }

  /// Each id once.
  private func check(_ object: inout ConfigurationObject) {
    var seen: [String: Int] = [:]
    for (index, rule) in rules.enumerated() {
      if let first = seen.updateValue(index, forKey: rule.id) {
        object.fault(
          at: "rules[\(index)].id", expected: "an id that no other rule has",
          found: "\"\(rule.id)\", the id of rules[\(first)]")
      }
    }
  }
}
