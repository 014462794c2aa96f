/// A code of bits for symbols, shorter for those that occur more often: Huffman's, with at most
/// eleven bits a symbol, in the canonical order, lowest bit first. One symbol alone takes no bits.
struct PrefixCode {
  static let lengthMaximum = 11
  static let tableSize = 1 << lengthMaximum

  /// Bits of each symbol; 0 for those that do not occur, and for one alone.
  private(set) var lengths: [UInt8]
  private(set) var codes: [UInt16] = []
  private let used: [Int]

  /// Makes the code for how often each symbol occurs.
  init(counts: [Int]) {
    lengths = Array(repeating: 0, count: counts.count)
    used = counts.indices.filter { counts[$0] > 0 }.sorted {
      (counts[$0], $0) < (counts[$1], $1)
    }
    if used.count > 1 {
      var byLength = Self.depths(used.map { counts[$0] })
      Self.limit(&byLength)
      // The rarest symbols get the longest codes.
      var place = 0
      for length in stride(from: Self.lengthMaximum, to: 0, by: -1) {
        for _ in 0..<byLength[length] {
          lengths[used[place]] = UInt8(length)
          place += 1
        }
      }
    }
    codes = Self.canonical(lengths)
  }

  /// How many symbols have each depth in Huffman's tree, for counts in rising order.
  private static func depths(_ counts: [Int]) -> [Int] {
    // Two queues: leaves in order, and inner nodes, which come about in order.
    var weights = counts
    var parents = [Int](repeating: 0, count: counts.count * 2 - 1)
    var leaf = 0
    var inner = counts.count
    func lightest() -> Int {
      if leaf < counts.count, inner >= weights.count || weights[leaf] <= weights[inner] {
        leaf += 1
        return leaf - 1
      }
      inner += 1
      return inner - 1
    }
    while weights.count < parents.count {
      let first = lightest()
      let second = lightest()
      parents[first] = weights.count
      parents[second] = weights.count
      weights.append(weights[first] + weights[second])
    }
    var depth = [Int](repeating: 0, count: parents.count)
    var byLength = [Int](repeating: 0, count: 64)
    for node in stride(from: parents.count - 2, through: 0, by: -1) {
      depth[node] = depth[parents[node]] + 1
      if node < counts.count { byLength[min(depth[node], 63)] += 1 }
    }
    return byLength
  }

  /// Shortens codes that are too long, at the cost of the longest of the others.
  private static func limit(_ byLength: inout [Int]) {
    for length in lengthMaximum + 1..<byLength.count {
      byLength[lengthMaximum] += byLength[length]
      byLength[length] = 0
    }
    // In units of the shortest share; a code uses `tableSize` in all.
    var total = 0
    for length in 1...lengthMaximum { total += byLength[length] << (lengthMaximum - length) }
    while total > tableSize {
      byLength[lengthMaximum] -= 1
      for length in stride(from: lengthMaximum - 1, to: 0, by: -1) where byLength[length] > 0 {
        byLength[length] -= 1
        byLength[length + 1] += 2
        break
      }
      total -= 1
    }
  }

  /// Codes in order of length, then symbol, with their bits turned round.
  static func canonical(_ lengths: [UInt8]) -> [UInt16] {
    var byLength = [UInt16](repeating: 0, count: lengthMaximum + 2)
    for length in lengths where length > 0 { byLength[Int(length)] += 1 }
    var next = [UInt16](repeating: 0, count: lengthMaximum + 2)
    for length in 1...lengthMaximum {
      next[length] = (next[length - 1] &+ (length > 1 ? byLength[length - 1] : 0)) &<< 1
    }
    var codes = [UInt16](repeating: 0, count: lengths.count)
    for symbol in lengths.indices where lengths[symbol] > 0 {
      let length = Int(lengths[symbol])
      codes[symbol] = turned(next[length]) &>> UInt16(16 - length)
      next[length] &+= 1
    }
    return codes
  }

  @inline(__always)
  static func turned(_ code: UInt16) -> UInt16 {
    var code = code
    code = (code & 0x5555) << 1 | (code >> 1) & 0x5555
    code = (code & 0x3333) << 2 | (code >> 2) & 0x3333
    code = (code & 0x0F0F) << 4 | (code >> 4) & 0x0F0F
    return code.byteSwapped
  }

  // MARK: In a block

  /// `varint: symbols that occur`, then of each its number and its bits, a byte each.
  func append(to out: inout ByteBuffer) {
    out.append(varint: UInt64(used.count))
    for symbol in used.sorted() {
      out.append(UInt8(truncatingIfNeeded: symbol))
      out.append(lengths[symbol])
    }
  }
}
