/// The reply of `subscription.update`: the intervals as they are now, in nanoseconds.
public struct SubscriptionIntervals: Equatable, Sendable {
  public var conflationNanos: UInt64
  public var flushNanos: UInt64

  public init(conflationNanos: UInt64, flushNanos: UInt64) {
    self.conflationNanos = conflationNanos
    self.flushNanos = flushNanos
  }

  /// The reply's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendInteger(conflationNanos)
    bytes.appendInteger(flushNanos)
    return bytes
  }

  /// Reads a reply; what a later version appends is ignored.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = RequestReader(
      bytes, method: "the reply to subscription.update", fault: .internalError)
    conflationNanos = try reader.integer(UInt64.self, "conflation interval")
    flushNanos = try reader.integer(UInt64.self, "flush interval")
  }
}
