internal import EngineCore

/// Reads plain rows straight from a block of bytes.
///
/// It takes the rows that files have by the million and gives up on everything else (quotes,
/// exponents, blanks, damage), which `RowReader` then reads or explains.
package struct RowParser {
  private let layout: RowLayout
  private let delimiter: UInt8
  /// The unit of an epoch time, or 0 for the other formats.
  private let unitNanos: Int64
  private static var newline: UInt8 { UInt8(ascii: "\n") }
  private static var carriageReturn: UInt8 { UInt8(ascii: "\r") }

  package init(_ layout: RowLayout) {
    self.layout = layout
    delimiter = layout.delimiter
    if case .epoch(let unit) = layout.timeFormat { unitNanos = unit } else { unitNanos = 0 }
  }

  /// Reads the row that begins at `start`; a newline at or after it is in the bytes.
  ///
  /// - Parameter symbol: set to where the symbol stands; empty without such a column.
  /// - Returns: where the next row begins, or nil for a row that is not plain.
  @inline(__always)
  package func parse(
    _ bytes: Span<UInt8>, at start: Int, into row: inout Row, symbol: inout Range<Int>
  ) -> Int? {
    var index = start
    row = Row()
    let roles = layout.roles.span
    let last = roles.count &- 1
    for column in roles.indices {
      guard field(roles[column], bytes, &index, &row, &symbol) else { return nil }
      if column < last {
        guard bytes[index] == delimiter else { return nil }
        index &+= 1
      }
    }
    if bytes[index] == Self.carriageReturn { index &+= 1 }
    guard bytes[index] == Self.newline else { return nil }
    guard row.first != .min || (layout.kind == .quotes && row.second != .min) else { return nil }
    return index &+ 1
  }

  @inline(__always)
  private func field(
    _ role: ColumnRole?, _ bytes: Span<UInt8>, _ index: inout Int, _ row: inout Row,
    _ symbol: inout Range<Int>
  ) -> Bool {
    switch role {
    case nil: return skip(bytes, &index)
    case .time: return time(bytes, &index, &row.time)
    case .receiveTime: return time(bytes, &index, &row.receiveTime)
    case .symbol:
      let start = index
      guard skip(bytes, &index) else { return false }
      symbol = start..<index
      return index > start && bytes[start] != UInt8(ascii: " ")
        && bytes[index &- 1] != UInt8(ascii: " ")
    case .price, .bid: return decimal(bytes, &index, &row.first, mayBeNegative: true)
    case .ask: return decimal(bytes, &index, &row.second, mayBeNegative: true)
    case .size, .bidSize: return decimal(bytes, &index, &row.firstSize, mayBeNegative: false)
    case .askSize: return decimal(bytes, &index, &row.secondSize, mayBeNegative: false)
    case .tradeID: return whole(bytes, &index, &row.tradeID)
    case .open: return decimal(bytes, &index, &row.open, mayBeNegative: true)
    case .high: return decimal(bytes, &index, &row.high, mayBeNegative: true)
    case .low: return decimal(bytes, &index, &row.low, mayBeNegative: true)
    case .close: return decimal(bytes, &index, &row.close, mayBeNegative: true)
    case .volume: return whole(bytes, &index, &row.volume)
    case .side:
      let start = index
      guard skip(bytes, &index), let side = RowReader.side(bytes.extracting(start..<index))
      else { return false }
      if side != .unknown { row.side = side }
      return true
    case .buyerIsMaker:
      switch bytes[index] {
      case UInt8(ascii: "0"): row.side = .buy
      case UInt8(ascii: "1"): row.side = .sell
      default: return false
      }
      index &+= 1
      return true
    }
  }

  /// Goes to the end of an unquoted field.
  @inline(__always)
  private func skip(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
    while true {
      let byte = bytes[index]
      if byte == delimiter || byte == Self.newline || byte == Self.carriageReturn { return true }
      if byte == UInt8(ascii: "\"") { return false }
      index &+= 1
    }
  }

  @inline(__always)
  private func time(_ bytes: Span<UInt8>, _ index: inout Int, _ time: inout Int64) -> Bool {
    guard unitNanos > 0 else {
      let start = index
      guard skip(bytes, &index),
        let value = layout.timeFormat.parse(
          bytes.extracting(start..<index), offsetNanos: layout.offsetNanos)
      else { return false }
      time = value
      return true
    }
    var value: UInt64 = 0
    guard digits(bytes, &index, &value, max: 19) > 0 else { return false }
    let (nanos, overflow) = Int64(bitPattern: value).multipliedReportingOverflow(by: unitNanos)
    guard value <= UInt64(Int64.max), !overflow else { return false }
    time = nanos
    return true
  }

  /// `[-]digits[.digits]` of at most 18 digits and 9 decimals; nothing at all leaves the value.
  @inline(__always)
  private func decimal(
    _ bytes: Span<UInt8>, _ index: inout Int, _ result: inout Int64, mayBeNegative: Bool
  ) -> Bool {
    if bytes[index] == delimiter { return true }
    let isNegative = mayBeNegative && bytes[index] == UInt8(ascii: "-")
    if isNegative { index &+= 1 }
    var value: UInt64 = 0
    let wholes = digits(bytes, &index, &value, max: 18)
    guard wholes >= 0 else { return false }
    var decimals = 0
    if bytes[index] == UInt8(ascii: ".") {
      index &+= 1
      decimals = digits(bytes, &index, &value, max: 9)
      guard decimals >= 0 else { return false }
    }
    guard wholes &+ decimals > 0, wholes &+ decimals <= 18 else { return false }
    let (scaled, overflow) = value.multipliedReportingOverflow(by: Self.power(9 &- decimals))
    guard !overflow, scaled <= UInt64(Int64.max) else { return false }
    result = isNegative ? 0 &- Int64(bitPattern: scaled) : Int64(bitPattern: scaled)
    return true
  }

  @inline(__always)
  private func whole(_ bytes: Span<UInt8>, _ index: inout Int, _ result: inout UInt64) -> Bool {
    if bytes[index] == delimiter { return true }
    return digits(bytes, &index, &result, max: 19) > 0
  }

  /// Appends digits to the value.
  ///
  /// - Returns: how many there were, or -1 when there were more than `max`.
  @inline(__always)
  private func digits(
    _ bytes: Span<UInt8>, _ index: inout Int, _ value: inout UInt64, max: Int
  ) -> Int {
    let start = index
    while true {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    let count = index &- start
    return count <= max ? count : -1
  }

  @inline(__always)
  private static func power(_ exponent: Int) -> UInt64 {
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    default: 1_000_000_000
    }
  }
}
