/// How symbols are found in bits: as a table, for many of them, or without one, for few.
protocol SymbolCode {
  /// Of the symbol that a word begins with: the length of its code (4 bits), how many bits follow
  /// it (6), and the symbol.
  func entry(_ word: UInt64) -> UInt32
}

/// An entry for every pattern of bits.
struct TableCode: SymbolCode {
  let entries: [UInt32]

  @inline(__always)
  func entry(_ word: UInt64) -> UInt32 {
    entries[Int(truncatingIfNeeded: word & UInt64(PrefixCode.tableSize &- 1))]
  }
}

/// An entry for every symbol, in the order of codes: some steps to find one, little to prepare.
struct SlimCode: SymbolCode {
  /// By length: below it codes, filled up with zeros, are of that length or of a shorter one.
  private var limits = InlineArray<12, UInt32>(repeating: 0)
  /// By length: the place of its first code less that code.
  private var offsets = InlineArray<12, Int32>(repeating: 0)
  private var entries: [UInt32]
  private var shortest = 0

  init(_ description: CodeDescription) {
    // Patterns that are no code stand for the last symbol, with no bits.
    let count = description.symbols.count
    entries = Array(repeating: description.fallback, count: count + 1)
    guard count > 1 else {
      limits[0] = .max
      return
    }
    var counts = InlineArray<12, UInt32>(repeating: 0)
    for index in 0..<count { counts[Int(description.lengths[index])] &+= 1 }
    var code: UInt32 = 0
    var place: UInt32 = 0
    var places = InlineArray<12, UInt32>(repeating: 0)
    for length in 1...PrefixCode.lengthMaximum {
      code &<<= 1
      places[length] = place
      offsets[length] = Int32(truncatingIfNeeded: place) &- Int32(truncatingIfNeeded: code)
      if shortest == 0, counts[length] > 0 { shortest = length }
      code &+= counts[length]
      place &+= counts[length]
      limits[length] = code &<< UInt32(PrefixCode.lengthMaximum &- length)
    }
    limits[PrefixCode.lengthMaximum] = .max
    for index in 0..<count where description.lengths[index] > 0 {
      let length = description.lengths[index]
      entries[Int(places[Int(length)])] = description.entry(
        Int(description.symbols[index]), length)
      places[Int(length)] &+= 1
    }
    entries.removeLast(count - Int(place))
  }

  @inline(__always)
  func entry(_ word: UInt64) -> UInt32 {
    let pattern = PrefixCode.turned(UInt16(truncatingIfNeeded: word))
    let code = UInt32(pattern) &>> UInt32(16 &- PrefixCode.lengthMaximum)
    var length = shortest
    while code >= limits[length] { length &+= 1 }
    let place =
      Int(code &>> UInt32(PrefixCode.lengthMaximum &- length)) &+ Int(offsets[length])
    return entries[min(place, entries.count &- 1)]
  }
}

/// A code as it is written: which symbols occur, and how many bits each takes.
struct CodeDescription {
  /// Rising.
  private(set) var symbols: [UInt8] = []
  private(set) var lengths: [UInt8] = []
  /// Symbols are numbers in a list, without bits behind them.
  private let isList: Bool
  /// What patterns stand for that are no code.
  private(set) var fallback: UInt32 = 0

  init(_ reader: inout BodyReader, isList: Bool) throws(BodyFault) {
    self.isList = isList
    let count = try reader.count(atMost: ValueClass.count)
    symbols.reserveCapacity(count)
    lengths.reserveCapacity(count)
    var total = 0
    for _ in 0..<count {
      let symbol = try reader.byte()
      let length = try reader.byte()
      guard length <= PrefixCode.lengthMaximum else {
        throw BodyFault(reason: "a code of \(length) bits")
      }
      if let last = symbols.last, last >= symbol {
        throw BodyFault(reason: "symbols that do not rise")
      }
      if length > 0 { total += 1 << (PrefixCode.lengthMaximum - Int(length)) }
      symbols.append(symbol)
      lengths.append(length)
    }
    guard total <= PrefixCode.tableSize else { throw BodyFault(reason: "codes that are not apart") }
    fallback = entry(Int(symbols.last ?? 0), 0)
  }

  func entry(_ symbol: Int, _ length: UInt8) -> UInt32 {
    let extra = isList ? 0 : ValueClass.extraBits(symbol)
    return UInt32(length) | UInt32(extra) << 4 | UInt32(symbol) << 10
  }

  /// An entry for each pattern of bits.
  var table: TableCode {
    var table = [UInt32](repeating: fallback, count: PrefixCode.tableSize)
    guard symbols.count > 1 else { return TableCode(entries: table) }
    var all = [UInt8](repeating: 0, count: ValueClass.count)
    for (symbol, length) in zip(symbols, lengths) { all[Int(symbol)] = length }
    let codes = PrefixCode.canonical(all)
    // With one bit more to look at, the second half is as the first, but for longer codes.
    var half = 1
    for length in 1...UInt8(PrefixCode.lengthMaximum) {
      for index in 0..<half { table[half &+ index] = table[index] }
      half &*= 2
      for (symbol, bits) in zip(symbols, lengths) where bits == length {
        table[Int(codes[Int(symbol)])] = entry(Int(symbol), length)
      }
    }
    return TableCode(entries: table)
  }
}
