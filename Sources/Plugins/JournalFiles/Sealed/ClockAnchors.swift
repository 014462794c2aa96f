/// Every sixteenth value of a column, and what lies between them.
///
/// They are written less the line from the first to the last, so that each can be read by itself:
/// `word: first`, `word: step of the line`, a column without differences.
struct ClockAnchors {
  static let shift = 4
  static let step = 1 << shift

  private var first: UInt64 = 0
  private var slope: UInt64 = 0
  private var residuals: ColumnView?
  /// All of them, when many are needed.
  private(set) var values: [UInt64] = []
  private let count: Int

  /// How many there are for so many ticks.
  static func count(of ticks: Int) -> Int { (ticks + step - 1) / step }

  /// Whether the tick's value is one of those that are told by themselves.
  @inline(__always)
  static func isAnchor(_ index: Int) -> Bool { index & (step &- 1) == 0 }

  init() { count = 0 }

  /// The anchors of a column.
  init(of column: [UInt64]) {
    values = stride(from: 0, to: column.count, by: Self.step).map { column[$0] }
    count = values.count
  }

  func append(to out: inout ByteBuffer) {
    let first = values.first ?? 0
    let rise = Int64(bitPattern: (values.last ?? 0) &- first)
    let slope = UInt64(bitPattern: count > 1 ? rise / Int64(count - 1) : 0)
    out.append(word: first)
    out.append(word: slope)
    let residuals = values.enumerated().map { index, value in
      value &- first &- slope &* UInt64(index)
    }
    ColumnCodec.append(plain: residuals.span, to: &out)
  }

  init(_ reader: inout BodyReader, ticks: Int) throws(BodyFault) {
    count = Self.count(of: ticks)
    first = try reader.word()
    slope = try reader.word()
    residuals = try ColumnView(&reader, count: count)
  }

  /// Works them all out: for a reader of the whole block.
  mutating func expand() {
    guard values.isEmpty, let residuals else { return }
    values = (0..<count).map { line($0) &+ residuals[$0] }
  }

  @inline(__always)
  private func line(_ anchor: Int) -> UInt64 { first &+ slope &* UInt64(anchor) }

  @inline(__always)
  subscript(anchor: Int) -> UInt64 {
    guard values.isEmpty, let residuals else { return values[anchor] }
    return line(anchor) &+ residuals[anchor]
  }

  /// What a tick's value would be if all came evenly.
  @inline(__always)
  func predicted(_ index: Int) -> UInt64 {
    let anchor = index &>> Self.shift
    let low = self[anchor]
    let next = self[min(anchor &+ 1, count &- 1)]
    return Self.between(low, next, index & (Self.step &- 1))
  }

  /// What lies so many sixteenths of the way from one anchor to the next; of the last one, which is
  /// its own next, it is the anchor.
  @inline(__always)
  static func between(_ low: UInt64, _ next: UInt64, _ part: Int) -> UInt64 {
    let share = Int64(bitPattern: next &- low) &>> Int64(shift)
    return low &+ UInt64(bitPattern: share &* Int64(truncatingIfNeeded: part))
  }
}
