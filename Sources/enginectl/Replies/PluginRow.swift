import EngineCore

/// A plugin as `plugins.list` and `stats.watch` describe it.
struct PluginRow: Equatable, Sendable {
  var name: String
  var type: String
  var lane: String
  var state: String
  var isPaused: Bool
  var since: Timestamp?
  var eventsIn: Int64?
  var eventsOut: Int64?
  var inRate: Double?
  var outRate: Double?
  var lag: Int64?
  var policy: String?
  var dropped: Int64
  var conflated: Int64
  var gaps: Int64
  var held: Int64
  var refused: Int64
  var stalls: Int64
  var batches: Int64?
  var hopP50: Int64?
  var hopP99: Int64?
  var restarts: Int64
  var lastError: String?
  var retryAt: Timestamp?

  init(_ value: JSONValue) {
    name = value.text("name") ?? "?"
    type = value.text("type") ?? "-"
    lane = value.text("lane") ?? "-"
    state = value.text("state") ?? "?"
    isPaused = value.flag("paused")
    since = value.text("since").flatMap { Timestamp($0) }
    eventsIn = value.integer("events_in")
    eventsOut = value.integer("events_out")
    inRate = value.real("in_rate")
    outRate = value.real("out_rate")
    lag = value.integer("lag")
    policy = value.text("policy")
    dropped = value.integer("dropped") ?? 0
    conflated = value.integer("conflated") ?? 0
    gaps = value.integer("gaps") ?? 0
    held = value.integer("held") ?? 0
    refused = value.integer("refused") ?? 0
    stalls = value.integer("stalls") ?? 0
    batches = value.integer("batches")
    hopP50 = value.integer("hop_p50_ns")
    hopP99 = value.integer("hop_p99_ns")
    restarts = value.integer("restarts") ?? 0
    lastError = value.text("last_error")
    retryAt = value.text("retry_at").flatMap { Timestamp($0) }
  }

  /// The state in a word, and its colour. A pause shows where it would be taken for work.
  var stateCell: Cell {
    switch state {
    case "running" where isPaused: Cell("paused", .yellow)
    case "running": Cell("running", .green)
    case "failed": Cell("failed", .red)
    case "backoff", "starting", "stopping": Cell(state, .yellow)
    case "stopped": Cell("stopped", .dim)
    default: Cell(state)
    }
  }
}
