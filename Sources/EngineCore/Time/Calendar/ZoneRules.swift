/// The offsets of a place from UTC through the years, and the instants at which they change.
///
/// A value without I/O: made from the bytes of a TZif file (`init(parsing:)`). The rule that such a
/// file ends with is written out to the end of `Timestamp`'s range, so that a look-up is one search
/// in a sorted list whatever the year.
public struct ZoneRules: Sendable, Equatable {
  /// From `time` on (seconds since 1970) local time is UTC plus `offset` seconds.
  public struct Transition: Sendable, Equatable {
    public var time: Int64
    public var offset: Int

    public init(time: Int64, offset: Int) {
      self.time = time
      self.offset = offset
    }
  }

  /// The offset before the first transition, in seconds east of UTC.
  public let firstOffset: Int
  /// Changes of the offset in order of time; each differs from the one before.
  public let transitions: [Transition]

  /// UTC.
  public static let utc = ZoneRules(firstOffset: 0, transitions: [])

  /// - Parameter transitions: in order of time; those that change nothing are left out.
  public init(firstOffset: Int, transitions: [Transition]) {
    self.firstOffset = firstOffset
    var kept: [Transition] = []
    for transition in transitions {
      // Of several at one instant the last one counts.
      if kept.last?.time == transition.time { kept.removeLast() }
      if kept.last?.offset ?? firstOffset != transition.offset { kept.append(transition) }
    }
    self.transitions = kept
  }

  /// How many transitions are at or before that instant.
  private func index(at seconds: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle].time <= seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func offset(inSegment index: Int) -> Int {
    index == 0 ? firstOffset : transitions[index - 1].offset
  }

  /// Seconds east of UTC at that instant, in seconds since 1970.
  public func offset(at seconds: Int64) -> Int { offset(inSegment: index(at: seconds)) }

  /// The instant at which clocks show that local time, both in seconds since 1970.
  ///
  /// A local time that is skipped means the first instant after the gap; one that comes twice means
  /// its first occurrence.
  public func instant(ofLocal local: Int64) -> Int64 {
    // No offset is beyond 26 hours, so the answer lies in a segment that this window touches.
    let reach: Int64 = 26 * 3600
    var index = index(at: local - reach)
    while true {
      let segmentOffset = Int64(offset(inSegment: index))
      guard index < transitions.count, transitions[index].time <= local + reach else {
        return local - segmentOffset
      }
      let end = transitions[index].time
      let candidate = local - segmentOffset
      // Shown before this segment ends; what would lie before its start was taken by a gap.
      if candidate < end { return candidate }
      // Not shown before the change; skipped by it when clocks then show a later time already.
      if local < end + Int64(transitions[index].offset) { return end }
      index += 1
    }
  }

  /// The same rules with the offset of that instant for all times before it.
  public func starting(at seconds: Int64) -> ZoneRules {
    ZoneRules(
      firstOffset: offset(at: seconds), transitions: transitions.filter { $0.time > seconds })
  }

  /// The largest number of seconds that divides every offset and the local time of every change.
  public var granularity: Int {
    var divisor = firstOffset.magnitude
    var offset = firstOffset
    for transition in transitions {
      divisor = greatestCommonDivisor(divisor, transition.offset.magnitude)
      let local = (transition.time + Int64(offset)).magnitude
      divisor = greatestCommonDivisor(divisor, UInt(local % 86_400))
      offset = transition.offset
    }
    return divisor == 0 ? 86_400 : Int(greatestCommonDivisor(divisor, 86_400))
  }
}

/// Euclid's; 0 counts as divisible by everything.
func greatestCommonDivisor(_ left: UInt, _ right: UInt) -> UInt {
  var (a, b) = (left, right)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
