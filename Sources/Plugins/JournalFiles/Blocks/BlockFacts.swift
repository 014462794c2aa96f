internal import EngineCore

/// What a block's header says of its events.
struct BlockFacts: Equatable {
  var count = 0
  /// Sequence of the first event; of a block without events, the one after `previous`.
  var first: UInt64 = 0
  /// The last sequence that the log had before this block.
  var previous: UInt64 = 0
  /// The block tells all that is recorded after `previous` up to here.
  var last: UInt64 = 0
  /// Of events that have a time of their own; `Int64.max` and `.min` when there are none.
  var minimumTime = Int64.max
  var maximumTime = Int64.min
  /// Bit n: there are events of kind n; bit 0: of a kind above 15.
  var kinds: UInt16 = 0
  /// Bit n: there may be events of an instrument whose id is n modulo 64.
  var instruments: UInt64 = 0

  func holds(_ kind: EventKind) -> Bool { kinds & 1 << UInt16(kind.rawValue) != 0 }

  @inline(__always)
  mutating func add(head: UInt64) {
    let kind = head & 0xFF
    kinds |= 1 << UInt16(truncatingIfNeeded: kind > 15 ? 0 : kind)
    instruments |= 1 &<< (head >> 32 & 63)
  }

  /// An event whose kind is told otherwise.
  @inline(__always)
  mutating func addTick(head: UInt64, time: UInt64) {
    instruments |= 1 &<< (head >> 32 & 63)
    add(time: time)
  }

  @inline(__always)
  mutating func add(time: UInt64) {
    minimumTime = min(minimumTime, Int64(bitPattern: time))
    maximumTime = max(maximumTime, Int64(bitPattern: time))
  }

  /// What both say together; `next` comes directly after.
  mutating func add(_ next: BlockFacts) {
    if count == 0, next.count > 0 { first = next.first }
    count += next.count
    last = next.last
    minimumTime = min(minimumTime, next.minimumTime)
    maximumTime = max(maximumTime, next.maximumTime)
    kinds |= next.kinds
    instruments |= next.instruments
  }
}
