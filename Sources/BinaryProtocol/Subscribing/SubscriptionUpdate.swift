/// The request of the call `subscription.update`: other intervals for a subscription that runs.
public struct SubscriptionUpdate: Equatable, Sendable {
  /// The stream of the subscription, on the same connection.
  public var stream: UInt32
  /// Nanoseconds; nil leaves it as it is.
  public var conflationNanos: UInt64?
  /// Nanoseconds; nil leaves it as it is.
  public var flushNanos: UInt64?

  public init(stream: UInt32, conflationNanos: UInt64? = nil, flushNanos: UInt64? = nil) {
    self.stream = stream
    self.conflationNanos = conflationNanos
    self.flushNanos = flushNanos
  }

  /// The method's name.
  public static let method = "subscription.update"

  /// The request's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendInteger(stream)
    bytes.appendInteger(UInt32(0))
    bytes.appendInteger(conflationNanos ?? .max)
    bytes.appendInteger(flushNanos ?? .max)
    return bytes
  }

  /// Reads a request; the error is what the caller gets.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = RequestReader(bytes, method: Self.method)
    stream = try reader.integer(UInt32.self, "stream")
    let zero = try reader.integer(UInt32.self, "reserved field")
    guard zero == 0 else { throw reader.bad("reserved field", "0", "\(zero)") }
    conflationNanos = try Self.interval("conflation interval", &reader)
    flushNanos = try Self.interval("flush interval", &reader)
    try reader.end()
  }

  private static func interval(
    _ name: String, _ reader: inout RequestReader
  ) throws(CallError) -> UInt64? {
    let nanos = try reader.integer(UInt64.self, name)
    guard nanos != .max else { return nil }
    guard nanos <= SubscribeRequest.intervalNanosMax else {
      throw reader.bad(name, "at most an hour", "\(nanos) ns")
    }
    return nanos
  }
}
