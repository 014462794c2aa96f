internal import EngineCore
internal import Glibc

/// An area for events: filled, handed out as a span, filled again.
///
/// Invariant: all `capacity` slots are initialised; the first `count` are in use.
@safe
final class EventArea {
  static let wordsOfEvent = 16
  private(set) var capacity: Int
  private var base: UnsafeMutablePointer<Event>
  private(set) var count = 0
  /// Set once the second half of some slot may hold anything but zeros.
  private var hasLong = false

  init(capacity: Int) {
    precondition(MemoryLayout<Event>.stride == Self.wordsOfEvent * 8, "an event is 16 words")
    self.capacity = max(capacity, 1)
    unsafe base = Self.zeros(self.capacity)
  }

  deinit { unsafe free(base) }

  /// Events of no kind: all words are zero.
  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Event> {
    // Pages that are never used cost nothing.
    guard let zeros = unsafe calloc(count, wordsOfEvent * 8) else {
      preconditionFailure("there is memory for the events")
    }
    // Safe: calloc aligns for words, and any words are an event.
    return unsafe zeros.bindMemory(to: Event.self, capacity: count)
  }

  /// Makes room for so many events in all.
  func reserve(_ total: Int) {
    guard total > capacity else { return }
    let total = max(total, min(capacity * 2, BlockLimits.eventsMaximum))
    let larger = unsafe Self.zeros(total)
    // Safe: both areas are as large as is said, and the old one is freed once. Slots that are not
    // in use hold nothing that anybody reads, but their second halves may have to be cleared.
    unsafe larger.update(from: base, count: hasLong ? capacity : count)
    unsafe free(base)
    unsafe base = larger
    capacity = total
  }

  /// Puts the events in use in the order of their sequences.
  func sort() {
    guard !isSorted else { return }
    // Safe: all slots are initialised.
    var events = unsafe UnsafeMutableBufferPointer(start: base, count: count)
    unsafe events.sort {
      $0.sequence < $1.sequence
    }
  }

  private var isSorted: Bool {
    var before: UInt64 = 0
    for index in 0..<count {
      // Safe: below the count.
      let sequence = unsafe base[index].sequence
      if sequence < before { return false }
      before = sequence
    }
    return true
  }

  var isFull: Bool { count == capacity }

  func removeAll() { count = 0 }

  /// How many slots hold events now; what they hold is what was put there.
  func setCount(_ count: Int) {
    precondition(count >= 0 && count <= capacity, "inside the area")
    self.count = count
  }

  func append(_ event: Event) {
    precondition(count < capacity, "inside the area")
    hasLong = true
    // Safe: checked above.
    unsafe base[count] = event
    count &+= 1
  }

  func append(_ events: borrowing Span<Event>) {
    precondition(events.count <= capacity - count, "inside the area")
    hasLong = true
    // Safe: there is room, and a span never overlaps this area while it changes.
    unsafe events.withUnsafeBufferPointer { source in
      if let start = source.baseAddress, source.count > 0 {
        unsafe (base + count).update(from: start, count: source.count)
      }
    }
    count += events.count
  }

  /// The events in use, until the area changes.
  var span: Span<Event> {
    @_lifetime(immortal)
    get {
      // Safe: all slots are initialised; the owner hands the span to one call, during which the
      // area stays as it is.
      let span = unsafe UnsafeBufferPointer(start: base, count: count).span
      return unsafe _overrideLifetime(span, borrowing: ())
    }
  }

  /// Keeps the events that match, in their order.
  func keep(_ isWanted: (Event) -> Bool) {
    var kept = 0
    for index in 0..<count where isWanted(self[index]) {
      if kept < index { self[kept] = self[index] }
      kept += 1
    }
    count = kept
  }

  subscript(index: Int) -> Event {
    get {
      precondition(index >= 0 && index < capacity, "inside the area")
      // Safe: checked above.
      return unsafe base[index]
    }
    set {
      precondition(index >= 0 && index < capacity, "inside the area")
      if newValue.isShort == false { hasLong = true }
      // Safe: checked above.
      unsafe base[index] = newValue
    }
  }

  /// The slots to write short events to, until the area changes otherwise.
  var slots: EventSlots { unsafe EventSlots(base: base, capacity: capacity, clears: hasLong) }

  /// Writes one word of an event.
  @inline(__always)
  func setWord(_ index: Int, _ word: Int, _ value: UInt64) {
    precondition(index >= 0 && index < capacity && word >= 0 && word < 16, "inside the area")
    if word >= 8 { hasLong = true }
    // Safe: checked above; as above.
    unsafe UnsafeMutableRawPointer(base + index).storeBytes(
      of: value, toByteOffset: word &* 8, as: UInt64.self)
  }
}

/// Slots of an `EventArea`.
///
/// Invariant: `base` points at `capacity` initialised events of an area that outlives this and is
/// not made larger meanwhile; callers take it for the length of one loop.
@safe
struct EventSlots {
  private let base: UnsafeMutablePointer<Event>
  private let capacity: Int
  /// Whether the second half of a slot may hold something.
  private let clears: Bool

  @unsafe
  init(base: UnsafeMutablePointer<Event>, capacity: Int, clears: Bool) {
    unsafe self.base = base
    self.capacity = capacity
    self.clears = clears
  }

  /// Writes the eight words of a short event; zeros are, or come, behind them.
  @inline(__always)
  func setShort(
    _ index: Int, _ sequence: UInt64, _ head: UInt64, _ w2: UInt64, _ w3: UInt64, _ w4: UInt64,
    _ w5: UInt64, _ w6: UInt64, _ w7: UInt64
  ) {
    precondition(index >= 0 && index < capacity, "inside the area")
    // Safe: checked above; an event is 16 words, of which any bits are valid.
    let slot = unsafe UnsafeMutableRawPointer(base + index).assumingMemoryBound(to: UInt64.self)
    unsafe slot[0] = sequence
    unsafe slot[1] = head
    unsafe slot[2] = w2
    unsafe slot[3] = w3
    unsafe slot[4] = w4
    unsafe slot[5] = w5
    unsafe slot[6] = w6
    unsafe slot[7] = w7
    guard clears else { return }
    for word in 8..<EventArea.wordsOfEvent { unsafe slot[word] = 0 }
  }
}
