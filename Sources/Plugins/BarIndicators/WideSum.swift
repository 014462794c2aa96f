/// A sum of which 128 bits are kept, and how often it has left them: not known while it does not
/// fit, and exact again when what was too much is taken out.
struct WideSum: BitwiseCopyable, Sendable {
  private var low: Int128 = 0
  private var turns = 0

  /// Nil when it does not fit.
  var value: Int128? { turns == 0 ? low : nil }

  mutating func add(_ part: Int128) {
    let (sum, overflow) = low.addingReportingOverflow(part)
    low = sum
    if overflow { turns += part < 0 ? -1 : 1 }
  }

  mutating func subtract(_ part: Int128) {
    let (difference, overflow) = low.subtractingReportingOverflow(part)
    low = difference
    if overflow { turns += part < 0 ? 1 : -1 }
  }
}
