package import EngineCore

/// Reads any row that follows the layout, and says of the others what is wrong with them.
///
/// Fields may stand in double quotes (`""` inside means one); blanks around a field do not count.
/// A quoted field does not hold a line break.
package struct RowReader {
  private let layout: RowLayout
  /// The fields of the row one after the other, quotes resolved, and where each of them is.
  package private(set) var text: [UInt8] = []
  private var fields: [Range<Int>] = []

  package init(_ layout: RowLayout) { self.layout = layout }

  /// Reads the row in `range`, which has no line end.
  ///
  /// - Parameter symbol: set to where the symbol stands in `text`.
  /// - Returns: nil, or what is wrong.
  package mutating func read(
    _ bytes: Span<UInt8>, _ range: Range<Int>, into row: inout Row, symbol: inout Range<Int>
  ) -> String? {
    row = Row()
    fields.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    if let fault = Self.split(bytes, range, layout.delimiter, &text, &fields) { return fault }
    guard fields.count == layout.roles.count else {
      let expected = layout.roles.count
      return "expected \(expected) column\(expected == 1 ? "" : "s"), found \(fields.count)"
    }
    for column in fields.indices {
      guard let role = layout.roles[column] else { continue }
      if role == .symbol { symbol = fields[column] }
      if let (expected, found) = field(role, fields[column], &row) {
        let name = layout.names[column]
        let place = name.hasPrefix("column ") ? name : "column \"\(name)\""
        return "\(place): expected \(expected), found \(found ?? Self.quoted(text, fields[column]))"
      }
    }
    guard row.first != .min || (layout.kind == .quotes && row.second != .min) else {
      return layout.kind == .quotes
        ? "expected a bid or an ask, found neither" : "expected a price, found nothing"
    }
    return nil
  }

  /// Takes one field into the row; otherwise what was expected, and what was found if it is not
  /// the text itself.
  private func field(
    _ role: ColumnRole, _ range: Range<Int>, _ row: inout Row
  ) -> (expected: String, found: String?)? {
    let field = text.span.extracting(range)
    switch role {
    case .time: return time(field, &row.time)
    case .receiveTime: return range.isEmpty ? nil : time(field, &row.receiveTime)
    case .symbol: return range.isEmpty ? ("a symbol", nil) : nil
    case .open: return decimal(field, &row.open, isSize: false)
    case .high: return decimal(field, &row.high, isSize: false)
    case .low: return decimal(field, &row.low, isSize: false)
    case .close: return decimal(field, &row.close, isSize: false)
    case .price, .bid: return decimal(field, &row.first, isSize: false)
    case .ask: return decimal(field, &row.second, isSize: false)
    case .size, .bidSize: return decimal(field, &row.firstSize, isSize: true)
    case .askSize: return decimal(field, &row.secondSize, isSize: true)
    case .tradeID:
      guard !range.isEmpty else { return nil }
      guard let value = UInt64(String(decoding: text[range], as: UTF8.self)) else {
        return ("a trade id, a number below 2^64", nil)
      }
      row.tradeID = value
    case .volume:
      guard let value = UInt64(String(decoding: text[range], as: UTF8.self)) else {
        return ("a volume, a whole number below 2^64", nil)
      }
      row.volume = value
    case .side:
      guard let side = Self.side(field) else { return ("a side (buy, sell or nothing)", nil) }
      if side != .unknown { row.side = side }
    case .buyerIsMaker:
      switch String(decoding: text[range], as: UTF8.self).lowercased() {
      case "1", "true", "t", "yes": row.side = .sell
      case "0", "false", "f", "no": row.side = .buy
      case "": break
      default: return ("true or false", nil)
      }
    }
    return nil
  }

  private func time(
    _ field: Span<UInt8>, _ result: inout Int64
  ) -> (expected: String, found: String?)? {
    guard let value = layout.timeFormat.parse(field, offsetNanos: layout.offsetNanos) else {
      return (layout.timeFormat.expectation, nil)
    }
    result = value
    return nil
  }

  private func decimal(
    _ field: Span<UInt8>, _ result: inout Int64, isSize: Bool
  ) -> (expected: String, found: String?)? {
    guard field.count > 0 else { return nil }
    do throws(FixedPointError) {
      let value = try FixedPoint.parse(field)
      if isSize, value < 0 { return ("a size of at least 0", nil) }
      result = value
      return nil
    } catch {
      return switch error {
      case .empty, .unexpectedByte: ("a decimal number", nil)
      case .tooPrecise: ("at most 9 decimals", nil)
      case .overflow: ("a number between -9223372036.854775807 and 9223372036.854775807", nil)
      }
    }
  }

  /// Who crossed the spread, as files write it; nil for a word that means nothing.
  package static func side(_ field: Span<UInt8>) -> AggressorSide? {
    guard field.count > 0 else { return .unknown }
    // The first letter in lower case tells them apart; the rest must be one of the usual words.
    let letter = field[0] | 0x20
    let words: StaticString
    let side: AggressorSide
    switch letter {
    case UInt8(ascii: "b"): (words, side) = ("buyer", .buy)
    case UInt8(ascii: "s"): (words, side) = ("seller", .sell)
    case UInt8(ascii: "u"): (words, side) = ("unknown", .unknown)
    case UInt8(ascii: "n"): (words, side) = ("none", .unknown)
    default: return nil
    }
    return isWord(field, words, side) ? side : nil
  }

  /// `b`, `buy` and `buyer`; `s`, `sell` and `seller`; the whole word or its letter for the others.
  private static func isWord(
    _ field: Span<UInt8>, _ word: StaticString, _ side: AggressorSide
  ) -> Bool {
    let length = word.utf8CodeUnitCount
    let short = side == .unknown ? 1 : length - 2
    guard field.count == 1 || field.count == short || field.count == length else { return false }
    for (index, byte) in word.description.utf8.enumerated() where index < field.count {
      if field[index] | 0x20 != byte { return false }
    }
    return true
  }

  /// The symbol that a field is; nil when it has more than 64 bytes or some that cannot be printed.
  package static func symbol(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
    guard range.count <= 64, let text = String(validating: bytes[range], as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { return nil }
    return text
  }

  /// Splits a row into fields, quotes resolved and blanks around fields dropped.
  ///
  /// - Returns: nil, or what is wrong.
  package static func split(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ delimiter: UInt8, _ text: inout [UInt8],
    _ fields: inout [Range<Int>]
  ) -> String? {
    let quote = UInt8(ascii: "\"")
    func isBlank(_ index: Int) -> Bool {
      (bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t"))
        && bytes[index] != delimiter
    }
    var index = range.lowerBound
    let end = range.upperBound
    while true {
      while index < end, isBlank(index) { index += 1 }
      let start = text.count
      if index < end, bytes[index] == quote {
        index += 1
        var isClosed = false
        while index < end {
          if bytes[index] == quote {
            index += 1
            guard index < end, bytes[index] == quote else {
              isClosed = true
              break
            }
          }
          text.append(bytes[index])
          index += 1
        }
        guard isClosed else { return "expected a closing quote, found the end of the row" }
        while index < end, isBlank(index) { index += 1 }
        guard index == end || bytes[index] == delimiter else {
          return "expected the end of the field after a closing quote, found more text"
        }
      } else {
        while index < end, bytes[index] != delimiter {
          text.append(bytes[index])
          index += 1
        }
        while text.count > start, text[text.count - 1] == 0x20 || text[text.count - 1] == 0x09 {
          text.removeLast()
        }
      }
      fields.append(start..<text.count)
      guard index < end else { return nil }
      index += 1
    }
  }

  /// At most 40 bytes of a field for a message.
  private static func quoted(_ text: [UInt8], _ range: Range<Int>) -> String {
    guard !range.isEmpty else { return "nothing" }
    let shown = String(decoding: text[range].prefix(40), as: UTF8.self)
    return "\"\(shown)\(range.count > 40 ? "…" : "")\""
  }
}
