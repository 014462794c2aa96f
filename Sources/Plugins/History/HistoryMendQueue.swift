/// What of the log came too late for bars in memory and is to be made good: ranges of positions, as
/// few as there may be. Ranges that are joined hold more than is needed, which does no harm.
struct HistoryMendQueue: Equatable {
  static let rangesMax = 64

  /// In order.
  private(set) var ranges: [ClosedRange<UInt64>] = []

  var isEmpty: Bool { ranges.isEmpty }

  mutating func add(_ range: ClosedRange<UInt64>) {
    ranges.append(range)
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var joined: [ClosedRange<UInt64>] = []
    for range in ranges {
      if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
        joined[joined.count - 1] =
          last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    while joined.count > Self.rangesMax {
      let gaps = joined.indices.dropFirst().map {
        (joined[$0].lowerBound - joined[$0 - 1].upperBound, $0)
      }
      guard let place = gaps.min(by: { $0.0 < $1.0 })?.1 else { break }
      joined[place - 1] = joined[place - 1].lowerBound...joined[place].upperBound
      joined.remove(at: place)
    }
    ranges = joined
  }

  /// Takes all of it.
  mutating func take() -> [ClosedRange<UInt64>] {
    defer { ranges = [] }
    return ranges
  }
}
