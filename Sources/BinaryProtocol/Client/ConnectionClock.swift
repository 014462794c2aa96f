/// The source of time for connections: monotonic, in nanoseconds from any origin.
public protocol ConnectionClock: Sendable {
  /// Now.
  var nowNanos: Int64 { get }
  /// Suspends until `nowNanos` has reached the time; throws when the task is cancelled before.
  func sleep(untilNanos: Int64) async throws
}
