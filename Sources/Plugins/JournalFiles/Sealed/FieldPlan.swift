internal import Glibc

/// How one field of a block's ticks is written.
struct FieldPlan {
  var mode: FieldMode
  /// Set when all residuals are the same: nothing is written for a tick.
  var constant: UInt64?
  var hasUndefined = false
  /// The values of `dictionary`.
  var list: [UInt64] = []
  var code: PrefixCode?
  /// About how many bits it takes.
  var bits = 0.0

  /// Whether the streams hold anything of the field.
  var isInStreams: Bool { constant == nil && mode != .runs }
}

/// Counts what a field's residuals would be, to choose how it is written.
struct FieldCount {
  private(set) var counts = [Int](repeating: 0, count: ValueClass.count)
  private(set) var total = 0
  private var extraBits = 0
  private var first: UInt64 = 0
  private var isSame = true
  private var hasUndefined = false

  @inline(__always)
  mutating func add(_ residual: UInt64, _ isUndefined: Bool) {
    total &+= 1
    if isUndefined {
      counts[ValueClass.undefined] &+= 1
      hasUndefined = true
      return
    }
    if total == 1 { first = residual }
    isSame = isSame && residual == first
    let symbol = ValueClass.symbol(residual)
    counts[symbol] &+= 1
    extraBits &+= ValueClass.extraBits(symbol)
  }

  @inline(__always)
  mutating func add(symbol: Int) {
    total &+= 1
    isSame = false
    counts[symbol] &+= 1
  }

  /// Nil unless all residuals are the same.
  var constant: UInt64? { isSame && !hasUndefined ? first : nil }

  /// About how many bits the residuals take, with the code itself.
  var bits: Double {
    guard constant == nil else { return 64 }
    var bits = Double(extraBits)
    for count in counts where count > 0 {
      bits += Double(count) * log2(Double(total) / Double(count)) + 16
    }
    return bits
  }
}
