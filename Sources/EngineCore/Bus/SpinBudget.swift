/// How long a thread looks for news before it sleeps: as long as that has paid of late.
///
/// Going to sleep costs the thread some microseconds and whoever wakes it a system call, so it
/// looks on while news usually comes within `max`, and sleeps at once when it does not.
public struct SpinBudget: Sendable {
  /// Most that is spent, in nanoseconds; 0: always sleep at once.
  public let max: Int64
  /// What to spend now, in nanoseconds.
  public private(set) var nanos: Int64

  public init(max: Int64) {
    self.max = max
    nanos = max
  }

  /// Tells how long it took, spinning or asleep, until there was news.
  public mutating func waited(_ waited: Int64) {
    if waited <= max { nanos = max } else { nanos /= 2 }
  }
}
