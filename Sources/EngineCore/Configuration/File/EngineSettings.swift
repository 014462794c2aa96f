/// The `engine` object.
public struct EngineSettings: ConfigurationRecord {
  private static let limit = ConfigurationType.duration(from: "1ms", to: "1h")

  /// The table of keys.
  public static let keys: [ConfigurationKey] = [
    .key("admin", .path, default: "run/engine.sock", "Unix socket that enginectl connects to."),
    .key(
      "ring", .integer(1024...4_194_304), default: 131_072,
      "Events that the bus holds; a power of two."),
    .key("log", .record(LogSettings.self), default: [:], "What is logged, and where."),
    .optional(
      "lanes", .integer(1...64),
      "Threads that plugins run on. Without it two, one for sources, or one where there are no "
        + "more than two processors."),
    .key(
      "deterministic", .boolean, default: false,
      "Runs every plugin on one thread in a fixed order, so that the log repeats byte for byte."),
    .key(
      "spin", .duration(0...1_000_000), default: "20us",
      "How long a reader without events spins before it parks."),
    .key("call_limit", limit, default: "5s", "A plugin call that takes longer counts as hung."),
    .key("stop_limit", limit, default: "5s", "A plugin that takes longer to stop is abandoned."),
    .key(
      "stall_report", limit, default: "1s",
      "A producer that waits longer for a slow reader is reported."),
    .key(
      "restart", .record(RestartSettings.self), default: [:],
      "When and how fast a plugin that failed starts again."),
    .optional("seed", .integer(), "Seed of everything random; without it, a new one every start."),
  ]

  /// Keys that a reload applies to the running process; the others need a new start of it.
  static let livePaths = [
    "engine.log.level", "engine.call_limit", "engine.stop_limit", "engine.stall_report",
    "engine.restart",
  ]

  /// Unix socket that enginectl connects to.
  public let adminPath: String
  /// Events that the bus holds; a power of two.
  public let ringSlots: Int
  /// What is logged, and where.
  public let log: LogSettings
  /// Threads that plugins run on, 1…64; nil for as many as suit the machine.
  public let lanes: Int?
  /// Where there are processors for them, and for others beside them.
  static let usualLanes = 2
  /// Whether every plugin runs on one thread in a fixed order.
  public let isDeterministic: Bool
  /// How long a reader spins before it parks.
  public let spinNanos: Int64
  /// A plugin call that takes longer counts as hung.
  public let callLimitNanos: Int64
  /// A plugin that takes longer to stop is abandoned.
  public let stopLimitNanos: Int64
  /// A producer that waits longer for a slow reader is reported.
  public let stallReportNanos: Int64
  /// When and how fast a plugin that failed starts again.
  public let restart: RestartSettings
  /// Seed of everything random, or nil for a new one every start.
  public let seed: Int64?

  /// Takes the values of a validated object.
  public init(from object: inout ConfigurationObject) {
    adminPath = object.string("admin")
    let ring = object.integer("ring")
    ringSlots = Int(ring)
    log = object.record("log", as: LogSettings.self)
    lanes = object.optionalInteger("lanes").map { Int($0) }
    isDeterministic = object.boolean("deterministic")
    spinNanos = object.durationNanos("spin")
    callLimitNanos = object.durationNanos("call_limit")
    stopLimitNanos = object.durationNanos("stop_limit")
    stallReportNanos = object.durationNanos("stall_report")
    restart = object.record("restart", as: RestartSettings.self)
    seed = object.optionalInteger("seed")
    if ring > 0, ring & (ring - 1) != 0 {
      let below = Int64(1) << (63 - ring.leadingZeroBitCount)
      let near = ring - below < 2 * below - ring ? below : 2 * below
      object.fault(at: "ring", expected: "a power of two", suggestion: String(near))
    }
  }
}
