internal import EngineCore
internal import Glibc

/// The events of a block, split into columns of words: trades, quotes, and all others.
///
/// Ticks have eight columns: instrument; kind, flags and source; then words 2 to 7, with the time
/// of receipt less the event time, and of quotes the ask less the bid. Others have fifteen: words 1
/// to 15. Invariant: `base` holds `columnCount` areas of `stride` words, all zero at first, of
/// which the first `capacity` may be used; `counts` fit it.
@safe
final class EventColumns {
  /// What an event's columns are.
  enum Class: Int, CaseIterable {
    case trade = 0
    case quote = 1
    case other = 2

    var columns: Int { self == .other ? 15 : 8 }
    fileprivate var firstColumn: Int { rawValue * 8 }
  }

  private static let classColumn = 31
  private static let sequenceColumn = 32
  private static let columnCount = 33

  private static let trade = UInt64(EventKind.trade.rawValue)
  private static let quote = UInt64(EventKind.quote.rawValue)
  private static let bar = UInt64(EventKind.bar.rawValue)
  private static let alert = UInt64(EventKind.alert.rawValue)
  private static let conflated = UInt64(EventFlags.conflated.rawValue) << 8

  let capacity: Int
  /// Columns are apart by some lines more than a power of two, so that they share no cache sets.
  private let stride: Int
  private let base: UnsafeMutablePointer<UInt64>
  private(set) var count = 0
  private var counts = [0, 0, 0]
  /// The first of sequences that follow one another, which are not in their column yet.
  private var evenFirst: UInt64?
  /// How many events of each kind were split last; at 0 those of kinds above 15.
  private(set) var kindCounts = InlineArray<16, Int>(repeating: 0)

  init(capacity: Int) {
    self.capacity = capacity
    stride = capacity + 24
    // Pages that are never used cost nothing.
    guard let zeros = unsafe calloc(stride * Self.columnCount, 8) else {
      preconditionFailure("there is memory for the columns")
    }
    // Safe: calloc aligns for words, and zero is a word.
    unsafe base = zeros.bindMemory(to: UInt64.self, capacity: stride * Self.columnCount)
  }

  deinit { unsafe free(base) }

  func count(of kind: Class) -> Int { counts[kind.rawValue] }

  /// Prepares for columns that are read from a block.
  func setCounts(trades: Int, quotes: Int, others: Int) {
    precondition(trades + quotes + others <= capacity, "inside the columns")
    counts = [trades, quotes, others]
    count = trades + quotes + others
    evenFirst = nil
  }

  /// True when all events are of one class, so that the column of classes says nothing.
  var isOneClass: Bool { counts.contains(count) }

  // MARK: Columns

  private func area(_ column: Int, _ count: Int) -> UnsafeMutableBufferPointer<UInt64> {
    precondition(column >= 0 && column < Self.columnCount && count <= capacity, "a column")
    // Safe: checked above.
    return unsafe UnsafeMutableBufferPointer(start: base + column * stride, count: count)
  }

  /// A column's values, until the columns change.
  @_lifetime(immortal)
  func column(_ index: Int, of kind: Class) -> Span<UInt64> {
    precondition(index >= 0 && index < kind.columns, "a column of the class")
    // Safe: the words are initialised; callers use the span before anything changes.
    let span = unsafe area(kind.firstColumn + index, counts[kind.rawValue]).span
    return unsafe _overrideLifetime(span, borrowing: ())
  }

  /// A column to write.
  @_lifetime(immortal)
  func mutableColumn(_ index: Int, of kind: Class) -> MutableSpan<UInt64> {
    precondition(index >= 0 && index < kind.columns, "a column of the class")
    // Safe: as above.
    let span = unsafe area(kind.firstColumn + index, counts[kind.rawValue]).mutableSpan
    return unsafe _overrideLifetime(span, borrowing: ())
  }

  var classes: Span<UInt64> {
    @_lifetime(immortal)
    get {
      // Safe: as above.
      let span = unsafe area(Self.classColumn, count).span
      return unsafe _overrideLifetime(span, borrowing: ())
    }
  }

  var mutableClasses: MutableSpan<UInt64> {
    @_lifetime(immortal)
    get {
      // Safe: as above.
      let span = unsafe area(Self.classColumn, count).mutableSpan
      return unsafe _overrideLifetime(span, borrowing: ())
    }
  }

  /// The first sequence when the others follow it without a hole, as those just split mostly do.
  var firstOfEvenSequences: UInt64? { evenFirst }

  var sequences: Span<UInt64> {
    @_lifetime(immortal)
    get {
      fillSequences()
      // Safe: as above.
      let span = unsafe area(Self.sequenceColumn, count).span
      return unsafe _overrideLifetime(span, borrowing: ())
    }
  }

  var mutableSequences: MutableSpan<UInt64> {
    @_lifetime(immortal)
    get {
      // Safe: as above.
      let span = unsafe area(Self.sequenceColumn, count).mutableSpan
      return unsafe _overrideLifetime(span, borrowing: ())
    }
  }

  private func fillSequences() {
    guard let first = evenFirst else { return }
    evenFirst = nil
    var sequences = mutableSequences
    for index in sequences.indices { sequences[index] = first &+ UInt64(index) }
  }

  // MARK: Events to columns and back

  /// Splits events, at most `capacity`, and says what is in them. Those without a sequence are not
  /// part of the log and are left out.
  ///
  /// - Parameters:
  ///   - previous: the last sequence that the log has before them.
  ///   - floor: what their sequences are above, and rise from.
  /// - Returns: nil when the sequences do not rise; the columns hold nothing of use then.
  func split(
    _ events: borrowing Span<Event>, after previous: UInt64, above floor: UInt64
  ) -> BlockFacts? {
    precondition(events.count <= capacity, "inside the columns")
    var facts = BlockFacts()
    facts.previous = previous
    kindCounts = InlineArray(repeating: 0)
    var row = 0
    var quotes = 0
    var others = 0
    var last = floor
    var first = floor
    // Safe: an event is 16 words, of which any bits are valid; every column has room for all
    // events, and each is counted once.
    let isRising = unsafe events.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return true }
      let classes = unsafe base + Self.classColumn * stride
      for index in 0..<events.count {
        let words = unsafe (start + index * 128).assumingMemoryBound(to: UInt64.self)
        let (sequence, head) = unsafe (words[0], words[1])
        guard sequence > last else {
          if sequence == 0 { continue }
          return false
        }
        if row == 0 { first = sequence }
        last = sequence
        let kind = head & 0xFF
        guard kind == Self.trade || kind == Self.quote, head & Self.conflated == 0 else {
          unsafe splitOther(words, others, &facts)
          unsafe classes[row] = 2
          others &+= 1
          row &+= 1
          continue
        }
        // Without a branch: which of both comes next cannot be foreseen.
        let isQuote = kind == Self.quote ? 1 : 0
        let place = isQuote * stride * 8 + (isQuote == 1 ? quotes : row &- others &- quotes)
        unsafe splitTick(words, isQuote: UInt64(isQuote), to: base + place)
        unsafe classes[row] = UInt64(isQuote)
        quotes &+= isQuote
        row &+= 1
        facts.addTick(head: head, time: unsafe words[4])
      }
      return true
    }
    guard isRising else { return nil }
    facts.count = row
    setCounts(trades: row - quotes - others, quotes: quotes, others: others)
    countTicks(&facts)
    // They rise, so that there is no hole when they are as many as that.
    if count > 0, last - first == UInt64(count - 1) {
      evenFirst = first
    } else {
      fillSequences(of: events)
    }
    facts.first = count > 0 ? first : previous &+ 1
    facts.last = count > 0 ? last : previous
    return facts
  }

  private func countTicks(_ facts: inout BlockFacts) {
    for (kind, code) in [(Class.trade, Self.trade), (.quote, Self.quote)] where count(of: kind) > 0
    {
      kindCounts[Int(code)] += count(of: kind)
      facts.kinds |= 1 << code
    }
  }

  @inline(__always)
  private func splitTick(
    _ words: UnsafePointer<UInt64>, isQuote: UInt64, to target: UnsafeMutablePointer<UInt64>
  ) {
    // Safe: the target is a row of a class, below `capacity`, as the caller's counts are.
    let head = unsafe words[1]
    unsafe target[0] = head >> 32
    unsafe target[stride] = head & 0xFFFF_FFFF
    unsafe target[2 * stride] = words[2]
    unsafe target[3 * stride] = words[3] &- (words[2] & (0 &- isQuote))
    unsafe target[4 * stride] = words[4]
    unsafe target[5 * stride] = words[5] &- words[4]
    unsafe target[6 * stride] = words[6]
    unsafe target[7 * stride] = words[7]
  }

  private func splitOther(_ words: UnsafePointer<UInt64>, _ row: Int, _ facts: inout BlockFacts) {
    let head = unsafe words[1]
    let kind = head & 0xFF
    facts.add(head: head)
    kindCounts[kind > 15 ? 0 : Int(kind)] += 1
    // A short event's second half is what its slot held before: it means nothing.
    let isLong = kind == Self.bar || kind == Self.alert || head & Self.conflated != 0
    let target = unsafe base + (Class.other.firstColumn * stride + row)
    for word in 1..<EventArea.wordsOfEvent {
      // Safe: as above.
      unsafe target[(word - 1) * stride] = word < 8 || isLong ? words[word] : 0
    }
    if let word = Self.timeWord(kind: kind) { unsafe facts.add(time: words[word]) }
  }

  /// Makes the events again.
  func join(into area: EventArea) throws(BodyFault) {
    area.setCount(count)
    let slots = area.slots
    var rows = (0, 0, 0)
    for index in 0..<count {
      // Safe: index < count ≤ capacity.
      let sequence = unsafe base[Self.sequenceColumn * stride + index]
      switch unsafe base[Self.classColumn * stride + index] {
      case 0 where rows.0 < counts[0]:
        joinTick(.trade, rows.0, sequence, slots, index)
        rows.0 &+= 1
      case 1 where rows.1 < counts[1]:
        joinTick(.quote, rows.1, sequence, slots, index)
        rows.1 &+= 1
      case 2 where rows.2 < counts[2]:
        joinOther(rows.2, sequence, area, index)
        rows.2 &+= 1
      default: throw BodyFault(reason: "classes of events that do not add up")
      }
    }
  }

  @inline(__always)
  private func joinTick(
    _ kind: Class, _ row: Int, _ sequence: UInt64, _ slots: EventSlots, _ index: Int
  ) {
    // Safe: row < counts[kind] ≤ capacity.
    let source = unsafe base + (kind.firstColumn * stride + row)
    unsafe slots.setShort(
      index, sequence, source[0] << 32 | source[stride], source[2 * stride],
      kind == .quote ? source[3 * stride] &+ source[2 * stride] : source[3 * stride],
      source[4 * stride], source[5 * stride] &+ source[4 * stride], source[6 * stride],
      source[7 * stride])
  }

  func joinOther(_ row: Int, _ sequence: UInt64, _ area: EventArea, _ index: Int) {
    precondition(row < counts[Class.other.rawValue], "inside the columns")
    // Safe: checked above.
    let source = unsafe base + (Class.other.firstColumn * stride + row)
    area.setWord(index, 0, sequence)
    for word in 1..<EventArea.wordsOfEvent {
      unsafe area.setWord(index, word, source[(word - 1) * stride])
    }
  }
}
