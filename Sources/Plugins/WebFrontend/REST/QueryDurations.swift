internal import EngineCore
internal import Synchronization

/// How long questions for bars took within the engine, from the question to the bars.
final class QueryDurations: Sendable {
  private let classes = Mutex(DurationHistogram())
  private let fine = Histogram()

  func add(_ nanos: Int64) {
    classes.withLock { classes in
      classes.add(nanos)
      fine.record(nanos: nanos)
    }
  }

  var histogram: DurationHistogram { classes.withLock { $0 } }

  /// The value that this share of them does not exceed, in nanoseconds; nil before there are any.
  func quantile(_ share: Double) -> UInt64? { fine.snapshot.quantile(share) }
}
