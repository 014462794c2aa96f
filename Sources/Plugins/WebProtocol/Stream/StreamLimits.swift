/// What one client may ask for. Times are nanoseconds.
public struct StreamLimits: Equatable, Sendable {
  public var subscriptions = 64
  /// Longest request, in bytes.
  public var requestBytes = 256 << 10
  /// Requests that wait for an answer.
  public var pendingRequests = 64
  /// Requests a second, once `requestBurst` have come at once.
  public var requestsPerSecond = 50
  public var requestBurst = 200
  /// Bad requests in a row, and requests over the rate, after which the connection is closed.
  public var faults = 20
  /// How long a client has to show a token where one is needed.
  public var tokenNanos: Int64 = 5_000_000_000
  /// How long subscriptions may go on after a goaway.
  public var drainNanos: Int64 = 5_000_000_000

  public init() {}
}
