/// Which events a reader wants: a set of kinds, a set of instruments, and of bars a set of specs.
///
/// Bitmaps over dense ids, so that an event that does not match costs a few nanoseconds.
public struct Interest: Sendable, Equatable {
  /// Bit n is kind n.
  @usableFromInline var kinds: UInt32
  /// Nil: every instrument, and every event that has none.
  @usableFromInline var instruments: IDSet?
  /// Nil: every spec.
  @usableFromInline var specs: IDSet?

  @inlinable
  public init(
    kinds: Set<EventKind>, instruments: [InstrumentID]? = nil, specs: [SpecID]? = nil
  ) {
    self.kinds = kinds.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    self.instruments = instruments.map { IDSet($0.map(\.raw)) }
    self.specs = specs.map { IDSet($0.map { UInt32($0.raw) }) }
  }

  /// The smallest interest that holds all of these.
  public init(unionOf interests: [Interest]) {
    kinds = interests.reduce(0) { $0 | $1.kinds }
    instruments = Self.union(interests.map(\.instruments))
    // A spec set narrows bars only, so those that want no bars do not widen it.
    let bar: UInt32 = 1 << UInt32(EventKind.bar.rawValue)
    specs = Self.union(interests.filter { $0.kinds & bar != 0 }.map(\.specs))
  }

  private static func union(_ sets: [IDSet?]) -> IDSet? {
    var union = IDSet([])
    for set in sets {
      guard let set else { return nil }
      union.formUnion(set)
    }
    return union
  }

  /// Takes another interest in when they differ in their instruments alone; false when not.
  mutating func absorbInstruments(of other: Interest) -> Bool {
    guard kinds == other.kinds, specs == other.specs else { return false }
    guard instruments != nil, let others = other.instruments else {
      instruments = nil
      return true
    }
    instruments?.formUnion(others)
    return true
  }

  /// Takes another interest in when they differ in their kinds alone; false when not.
  mutating func absorbKinds(of other: Interest) -> Bool {
    guard instruments == other.instruments, specs == other.specs else { return false }
    kinds |= other.kinds
    return true
  }

  /// Everything on the bus.
  public static var everything: Interest { Interest(kinds: Set(EventKind.allCases)) }

  /// Wants one more kind.
  public mutating func add(_ kind: EventKind) { kinds |= 1 << UInt32(kind.rawValue) }

  /// Time and commands concern no instrument: a set of instruments does not hide them.
  @inlinable static var engineKinds: UInt32 {
    1 << UInt32(EventKind.time.rawValue) | 1 << UInt32(EventKind.command.rawValue)
  }

  /// Bit n is kind n.
  @inlinable public var kindMask: UInt32 { kinds }

  /// True when every event matches, so that nothing needs to be looked at.
  @inlinable public var isEverything: Bool {
    instruments == nil && specs == nil
      && kinds == EventKind.allCases.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
  }

  @inlinable
  public func matches(_ event: borrowing Event) -> Bool {
    matches(head: event.head)
  }

  @inlinable
  func matches(head: UInt64) -> Bool {
    let code = UInt32(truncatingIfNeeded: head & 0xFF)
    guard kinds >> code & 1 != 0 else { return false }
    if let instruments, !instruments.contains(UInt32(truncatingIfNeeded: head >> 32)),
      Self.engineKinds >> code & 1 == 0
    {
      return false
    }
    if let specs, UInt8(truncatingIfNeeded: head) == EventKind.bar.rawValue,
      !specs.contains(UInt32(UInt16(truncatingIfNeeded: head >> 16)))
    {
      return false
    }
    return true
  }
}

/// A set of small integers as bits.
public struct IDSet: Sendable, Equatable {
  @usableFromInline var words: [UInt64] = []

  @inlinable public init(_ ids: [UInt32]) {
    for id in ids { insert(id) }
  }

  @inlinable public mutating func insert(_ id: UInt32) {
    let word = Int(id >> 6)
    if word >= words.count {
      words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
    }
    words[word] |= 1 << UInt64(id & 63)
  }

  public mutating func formUnion(_ other: IDSet) {
    if other.words.count > words.count {
      words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
    }
    for index in other.words.indices { words[index] |= other.words[index] }
  }

  /// The integers in order.
  public var ids: [UInt32] {
    var ids: [UInt32] = []
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        ids.append(UInt32(index * 64 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return ids
  }

  @inlinable public func contains(_ id: UInt32) -> Bool {
    let word = Int(id >> 6)
    return word < words.count && words[word] >> UInt64(id & 63) & 1 != 0
  }
}
