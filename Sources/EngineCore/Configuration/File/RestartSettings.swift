/// When and how fast a plugin that failed is started again: `engine.restart`, and the `restart` of
/// one plugin, whose missing keys are those of the engine.
public struct RestartSettings: ConfigurationRecord {
  /// Whether a plugin that failed is started again.
  public enum Policy: String, Sendable, Hashable, CaseIterable {
    /// After a wait that grows with each failure.
    case onFailure = "on-failure"
    /// Only by a person.
    case never
  }

  private static let policy = ConfigurationType.choice(of: Policy.self)
  private static let wait = ConfigurationType.duration(from: "1ms", to: "1d")

  /// The table of keys.
  public static let keys: [ConfigurationKey] = [
    .key("policy", policy, default: "on-failure", "Whether a plugin that failed starts again."),
    .key("initial", wait, default: "500ms", "Wait before the first new start."),
    .key("maximum", wait, default: "30s", "Longest wait."),
    .key("factor", .number(1...100), default: 2.0, "How much longer each wait is."),
    .key("jitter", .number(0...1), default: 0.2, "Part of a wait that is drawn at random."),
    .key(
      "intensity", .integer(1...1000), default: 5,
      "More crashes than this within the window, and the plugin stays failed."),
    .key("window", wait, default: "1m", "Time over which crashes are counted."),
  ]

  /// The keys without defaults, for a plugin of its own.
  static let pluginKeys: [ConfigurationKey] = keys.map {
    .optional($0.name, $0.type, $0.documentation + " Default: as in engine.restart.")
  }

  /// Whether a plugin that failed starts again.
  public let policy: Policy
  /// Wait before the first new start.
  public let initialNanos: Int64
  /// Longest wait.
  public let maximumNanos: Int64
  /// How much longer each wait is than the one before; at least 1.
  public let factor: Double
  /// Part of a wait that is drawn at random, 0…1.
  public let jitter: Double
  /// Crashes within the window that are still followed by a new start.
  public let intensity: Int
  /// Time over which crashes are counted.
  public let windowNanos: Int64

  /// Takes the values of a validated object.
  public init(from object: inout ConfigurationObject) {
    policy = object.choice("policy", as: Policy.self)
    initialNanos = object.durationNanos("initial")
    maximumNanos = object.durationNanos("maximum")
    factor = object.number("factor")
    jitter = object.number("jitter")
    intensity = Int(object.integer("intensity"))
    windowNanos = object.durationNanos("window")
    checkOrder(in: &object)
  }

  /// Takes what a plugin gives and the rest from the engine's settings.
  init(from object: inout ConfigurationObject, inheriting base: RestartSettings) {
    policy = object.optionalChoice("policy", as: Policy.self) ?? base.policy
    initialNanos = object.optionalDurationNanos("initial") ?? base.initialNanos
    maximumNanos = object.optionalDurationNanos("maximum") ?? base.maximumNanos
    factor = object.optionalNumber("factor") ?? base.factor
    jitter = object.optionalNumber("jitter") ?? base.jitter
    intensity = object.optionalInteger("intensity").map { Int($0) } ?? base.intensity
    windowNanos = object.optionalDurationNanos("window") ?? base.windowNanos
    checkOrder(in: &object)
  }

  private func checkOrder(in object: inout ConfigurationObject) {
    guard initialNanos > maximumNanos else { return }
    object.fault(
      at: object.isGiven("initial") ? "initial" : "maximum",
      expected: "\"initial\" to be at most \"maximum\"",
      found:
        "\"\(DurationText.format(initialNanos))\" and \"\(DurationText.format(maximumNanos))\"")
  }
}
