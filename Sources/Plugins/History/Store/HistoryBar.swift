internal import EngineCore

/// A closed bar as it is stored: with the event that told it.
struct HistoryBar: Sendable, Equatable {
  var bar: Bar
  /// The position of the event in its log.
  var sequence: UInt64
  /// Tells logs apart: the low end of the log's epoch.
  var log: UInt64

  init(bar: Bar, sequence: UInt64, epoch: UInt64) {
    self.bar = bar
    self.sequence = sequence
    log = epoch & 0xFF_FFFF_FFFF_FFFF
  }

  /// Whether it takes the place of another one of the same interval.
  ///
  /// Of one log, what was told later. Of two logs, the newer one, unless its first ticks are
  /// missing and those of the other are not.
  func replaces(_ other: HistoryBar) -> Bool {
    if log == other.log { return sequence >= other.sequence }
    return !bar.flags.contains(.incompleteLeft) || other.bar.flags.contains(.incompleteLeft)
      || bar.count >= other.bar.count
  }

  static func == (a: HistoryBar, b: HistoryBar) -> Bool {
    a.sequence == b.sequence && a.log == b.log && Event(a.bar) == Event(b.bar)
  }
}

extension [HistoryBar] {
  /// Takes a bar in, in order of starts; a void one leaves.
  mutating func merge(_ new: HistoryBar) {
    var place = count
    if let last, last.bar.start >= new.bar.start {
      place = partition(by: new.bar.start)
    }
    let isThere = place < count && self[place].bar.start == new.bar.start
    if isThere, !new.replaces(self[place]) { return }
    if new.bar.state == .void {
      if isThere { remove(at: place) }
    } else if isThere {
      self[place] = new
    } else {
      insert(new, at: place)
    }
  }

  /// The first place whose bar does not begin before that time.
  private func partition(by start: Timestamp) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].bar.start < start { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
