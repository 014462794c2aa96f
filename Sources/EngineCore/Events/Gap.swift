/// Why a reader did not get what it asked for.
@frozen
public enum GapReason: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  /// The reader was slower than the ring is long (`drop-oldest`, `conflate`).
  case overrun = 1
  /// The reader was cut off for being slow (`disconnect`).
  case disconnected = 2
  /// The reader's plugin crashed or hung, its cursor was taken away, and the ring went on.
  case revoked = 3
  /// The reader was paused.
  case paused = 4
  /// The publisher's output did not fit and was refused.
  case refused = 5
  /// The requested position is no longer, or not yet, in the log.
  case unavailable = 6
  /// Ticks and corrections of the range came too late for bars that the plugin has in memory. Who
  /// keeps bars makes them anew of recorded ticks.
  case late = 7
}

/// Tells who lost which range, and why. `count` is how many events of the range the reader would
/// have got, where that can be known; else the length of the range.
@frozen
public struct Gap: BitwiseCopyable, Sendable {
  /// The subscriber's name, a text.
  public var subscriber: TextID
  public var reason: GapReason
  /// First and last lost position, inclusive.
  public var first: UInt64
  public var last: UInt64
  public var count: UInt64
  public var time: Timestamp

  @inlinable
  public init(
    subscriber: TextID, reason: GapReason, first: UInt64, last: UInt64, count: UInt64,
    time: Timestamp
  ) {
    self.subscriber = subscriber
    self.reason = reason
    self.first = first
    self.last = last
    self.count = count
    self.time = time
  }
}

extension Event {
  @inlinable public init(_ gap: Gap) {
    self.init(kind: .gap, scope: 0, instrument: .none)
    w2 = gap.first
    w3 = gap.last
    w4 = gap.count
    w5 = UInt64(bitPattern: gap.time.nanoseconds)
    w6 = UInt64(gap.reason.rawValue) | UInt64(gap.subscriber.raw) << 32
  }

  /// The payload of a `gap`; meaningless for other kinds.
  @inlinable public var gap: Gap {
    Gap(
      subscriber: TextID(UInt32(truncatingIfNeeded: w6 >> 32)),
      reason: GapReason(rawValue: UInt8(truncatingIfNeeded: w6)) ?? .overrun, first: w2, last: w3,
      count: w4, time: Timestamp(nanoseconds: Int64(bitPattern: w5)))
  }
}
