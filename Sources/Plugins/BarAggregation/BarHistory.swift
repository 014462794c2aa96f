/// Which of an archive's bars are those of one series and spec.
struct BarHistory: Sendable {
  /// Their positions in the archive, oldest first.
  var positions: [Int32] = []
  /// The start of the newest bar; `min` when there is none.
  var newestStart = Int64.min
  /// The end of the newest bar that gave way; `min` as long as all are here.
  var forgottenEnd = Int64.min
  /// How long bars are by the grid.
  let step: Int64
  /// Bars that are finished and not closed yet.
  var waiting: Int32 = 0
  /// Bars that are kept elsewhere, as they do not fit.
  var unpacked: Int32 = 0

  init(step: Int64) { self.step = step }

  @inline(__always)
  var count: Int { positions.count }

  /// How many of the oldest have to go before the next one is appended. They go in pieces, so that
  /// this is rare.
  @inline(__always)
  func overflow(limit: Int) -> Int {
    count < limit + max(limit / 4, 4) ? 0 : count - limit
  }
}
