public import EngineCore

/// What the call `subscribe` asks for.
public struct SubscribeRequest: Equatable, Sendable {
  /// Patterns, 1 to 1,024 of at most 1,024 bytes each; the grammar is in docs/subjects.md.
  public var subjects: [String]
  /// What happens when this client is slower than the engine.
  public var policy: DeliveryPolicy
  /// Where the stream begins.
  public var start: SubscribeStart
  /// With `conflate`: nanoseconds between deliveries; 0 is as often as there is room.
  public var conflationNanos: UInt64
  /// Nanoseconds that a record may wait for others to share its frame; 0 is at once.
  public var flushNanos: UInt64
  /// Compression, definitions up front.
  public var options: SubscribeOptions

  public init(
    _ subjects: [String], policy: DeliveryPolicy = .disconnect, start: SubscribeStart = .live,
    conflationNanos: UInt64 = 0, flushNanos: UInt64 = 0, options: SubscribeOptions = []
  ) {
    self.subjects = subjects
    self.policy = policy
    self.start = start
    self.conflationNanos = conflationNanos
    self.flushNanos = flushNanos
    self.options = options
  }

  public static let subjectsMax = 1_024
  public static let subjectBytesMax = 1_024
  /// Longest conflation or flush interval: one hour.
  public static let intervalNanosMax: UInt64 = 3_600_000_000_000
  /// The method's name.
  public static let method = "subscribe"
}
