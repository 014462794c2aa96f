/// Records that a reader skipped because it does not know their kind or version, though they have a
/// place in their stream: a sequence.
public struct UnknownRecords: Equatable, Sendable {
  /// How many there were.
  public private(set) var count: UInt64 = 0
  /// The highest sequence among them.
  public private(set) var last: UInt64 = 0
  /// The sequences of the first 64.
  public private(set) var sequences: [UInt64] = []

  mutating func note(_ sequence: UInt64) {
    guard sequence > 0 else { return }
    count += 1
    last = max(last, sequence)
    if sequences.count < 64 { sequences.append(sequence) }
  }
}
