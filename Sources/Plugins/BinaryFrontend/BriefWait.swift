/// Whether the loop looks for a publisher's next bytes for a moment before it goes to sleep.
///
/// To sleep and to be woken takes some microseconds, and milliseconds now and then where the
/// processor is a virtual one that others are given meanwhile. Where breaks are shorter than that,
/// they are waited through; where they are longer, or nothing comes, nothing is looked for.
struct BriefWait {
  /// The average break up to which it pays, in nanoseconds.
  static let breakMax: Int64 = 20_000
  /// So often at most input is looked for: with a system call each, about as long.
  static let looksMax = 64
  /// A longer break counts as this: after some of them short ones count again.
  private static let breakCounted: Int64 = 1_000_000

  private var average = breakCounted
  private var since: Int64?

  /// Something came.
  mutating func began(at nanos: Int64) {
    guard let since else { return }
    self.since = nil
    average += (min(max(nanos - since, 0), Self.breakCounted) - average) / 8
  }

  /// What came is done: whether to look for more.
  mutating func done(at nanos: Int64) -> Bool {
    since = nanos
    return average <= Self.breakMax
  }
}
