package import EngineCore

/// Instruments by the bytes of their symbols, as they stand in a file.
package struct SymbolTable {
  private struct Entry {
    var hash: UInt64 = 0
    var start = 0
    /// 0: the place is free.
    var count = 0
    var id = InstrumentID.none
  }

  /// A power of two of them, or none before the first symbol.
  private var entries: [Entry] = []
  private var used = 0
  /// The bytes of all symbols.
  private var arena: [UInt8] = []
  private var last = Entry()

  /// The number of symbols.
  package var count: Int { used }

  /// The instrument of a symbol that is known; the last one asked for is found at once.
  @inline(__always)
  package mutating func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> InstrumentID? {
    if isEqual(last, bytes, range) { return last.id }
    return search(bytes, range)
  }

  private mutating func search(_ bytes: Span<UInt8>, _ range: Range<Int>) -> InstrumentID? {
    guard used > 0 else { return nil }
    let entry = entries[place(bytes, range, hash: Self.hash(bytes, range))]
    guard entry.count > 0 else { return nil }
    last = entry
    return entry.id
  }

  /// Remembers a symbol that `find` did not know; not empty.
  package mutating func insert(_ bytes: Span<UInt8>, _ range: Range<Int>, id: InstrumentID) {
    if used * 2 >= entries.count { grow() }
    let hash = Self.hash(bytes, range)
    let entry = Entry(hash: hash, start: arena.count, count: range.count, id: id)
    for index in range { arena.append(bytes[index]) }
    entries[place(bytes, range, hash: hash)] = entry
    used += 1
    last = entry
  }

  @inline(__always)
  private func isEqual(_ entry: Entry, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard entry.count == range.count, entry.count > 0 else { return false }
    for offset in 0..<entry.count
    where arena[entry.start &+ offset] != bytes[range.lowerBound &+ offset] {
      return false
    }
    return true
  }

  /// Where the symbol is, or the free place where it belongs. The table is never full.
  private func place(_ bytes: Span<UInt8>, _ range: Range<Int>, hash: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: hash & UInt64(entries.count - 1))
    while entries[index].count > 0,
      entries[index].hash != hash || !isEqual(entries[index], bytes, range)
    {
      index = (index + 1) & (entries.count - 1)
    }
    return index
  }

  private mutating func grow() {
    var larger = [Entry](repeating: Entry(), count: max(entries.count * 2, 64))
    for entry in entries where entry.count > 0 {
      var index = Int(truncatingIfNeeded: entry.hash & UInt64(larger.count - 1))
      while larger[index].count > 0 { index = (index + 1) & (larger.count - 1) }
      larger[index] = entry
    }
    entries = larger
  }

  /// FNV-1a, with its halves mixed for the low bits.
  private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    return hash ^ (hash >> 32)
  }
}
