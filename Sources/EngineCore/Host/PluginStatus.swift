/// What a person sees of a plugin.
public struct PluginStatus: Sendable {
  public var name: String
  public var kind: String
  public var lane: String
  public var state: PluginState
  public var isPaused: Bool
  public var since: Timestamp
  /// Events delivered to it and published by it, since it was started.
  public var eventsIn: UInt64
  public var eventsOut: UInt64
  /// The same a second, over the last second or so.
  public var inRate: Double
  public var outRate: Double
  /// Sequences that its reader is behind.
  public var lag: UInt64
  public var policy: DeliveryPolicy?
  public var dropped: UInt64
  public var conflated: UInt64
  public var gaps: UInt64
  /// Of its output: waiting for room, refused, and how often it began to wait.
  public var held: UInt64
  public var refused: UInt64
  public var stalls: UInt64
  public var batches: UInt64
  /// From receipt of an event to its delivery, over the last second or so, in nanoseconds.
  public var hopP50: UInt64?
  public var hopP99: UInt64?
  /// Events that it has published, by kind.
  public var outByKind: [EventKind: UInt64]
  public var restarts: Int
  public var lastError: String?
  /// When it will be started again by itself.
  public var retryAt: Timestamp?
}
