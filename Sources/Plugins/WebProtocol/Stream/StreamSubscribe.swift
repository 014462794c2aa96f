public import EngineCore

/// What a client wants to be sent.
public struct StreamSubscribe: Equatable, Sendable {
  /// The number that the client gives it; nil: the server chooses.
  public var subscription: UInt32?
  public var subjects: [SubjectPattern]
  /// Never `lossless`: no client holds up the engine.
  public var policy: DeliveryPolicy
  /// With `conflate`: nanoseconds between two deliveries; 0 is as often as there is room.
  public var rateNanos: UInt64
  /// Nanoseconds that an event may wait for others to share its message; nil: as the server likes.
  public var flushNanos: UInt64?
  public var start: StreamStart
  public var format: EventFormat

  public init(
    _ subjects: [SubjectPattern], subscription: UInt32? = nil,
    policy: DeliveryPolicy = .dropOldest, rateNanos: UInt64 = 0, flushNanos: UInt64? = nil,
    start: StreamStart = .live, format: EventFormat = EventFormat()
  ) {
    self.subscription = subscription
    self.subjects = subjects
    self.policy = policy
    self.rateNanos = rateNanos
    self.flushNanos = flushNanos
    self.start = start
    self.format = format
  }

  public static let subjectsMax = 1_024
  public static let subjectBytesMax = 1_024
  /// The largest number of a subscription.
  public static let numberMax = 1_000_000_000
}
