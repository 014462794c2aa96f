import EngineCore

/// The engine as `engine.info` describes it.
struct EngineRow: Equatable, Sendable {
  var version: String
  var pid: Int64?
  var started: Timestamp?
  var uptimeNanos: Int64
  var config: String?
  var epoch: String
  var sequence: Int64
  var firstSequence: Int64?
  var ring: Int64?
  var cpuNanos: Int64
  var residentBytes: Int64?
  var threads: Int64?
  var isDeterministic: Bool

  init(_ value: JSONValue) {
    version = value.text("version") ?? "?"
    pid = value.integer("pid")
    started = value.text("started").flatMap { Timestamp($0) }
    uptimeNanos = value.integer("uptime_ns") ?? 0
    config = value.text("config")
    epoch = value.text("epoch") ?? "?"
    sequence = value.integer("sequence") ?? 0
    firstSequence = value.integer("first_sequence")
    ring = value.integer("ring")
    cpuNanos = value.integer("cpu_ns") ?? 0
    residentBytes = value.integer("rss_bytes")
    threads = value.integer("threads")
    isDeterministic = value.flag("deterministic")
  }
}
