internal import EngineCore

/// A row of ticks as nearly all are written: an object with plain texts and numbers. Where its
/// members are is found without making anything of them; for any other row there is none, and who
/// reads JSON in general says what it is.
struct TickLine: Equatable {
  /// Without quotation marks.
  private(set) var symbol: Range<Int>?
  private(set) var price: Range<Int>?
  private(set) var size: Range<Int>?
  private(set) var side: Range<Int>?
  /// A number, or a text without quotation marks.
  private(set) var time: Range<Int>?
  private(set) var venueSequence: Range<Int>?

  private enum Name {
    case symbol
    case price
    case size
    case side
    case time
    case venueSequence
  }

  init?(_ text: Span<UInt8>) {
    var index = Self.skip(text, 0)
    guard Self.take(text, &index, UInt8(ascii: "{")) else { return nil }
    while true {
      guard let range = Self.text(text, &index), let name = Self.name(text, range),
        Self.take(text, &index, UInt8(ascii: ":"))
      else { return nil }
      guard add(name, text, &index) else { return nil }
      if Self.take(text, &index, UInt8(ascii: ",")) { continue }
      guard Self.take(text, &index, UInt8(ascii: "}")) else { return nil }
      guard index == text.count, symbol != nil, price != nil else { return nil }
      return
    }
  }

  /// Reads the value of a member; false when it is another than is usual, or was there before.
  private mutating func add(_ name: Name, _ text: Span<UInt8>, _ index: inout Int) -> Bool {
    switch name {
    case .symbol: Self.set(&symbol, Self.text(text, &index))
    case .side: Self.set(&side, Self.text(text, &index))
    case .price: Self.set(&price, Self.number(text, &index))
    case .size: Self.set(&size, Self.number(text, &index))
    case .venueSequence: Self.set(&venueSequence, Self.number(text, &index))
    case .time:
      Self.set(
        &time,
        index < text.count && text[index] == UInt8(ascii: "\"")
          ? Self.text(text, &index) : Self.number(text, &index))
    }
  }

  private static func set(_ member: inout Range<Int>?, _ value: Range<Int>?) -> Bool {
    guard member == nil, let value else { return false }
    member = value
    return true
  }

  // MARK: Bytes

  private static func skip(_ text: Span<UInt8>, _ index: Int) -> Int {
    var index = index
    while index < text.count {
      let byte = text[index]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A else { break }
      index &+= 1
    }
    return index
  }

  /// Takes a byte and the white space behind it.
  private static func take(_ text: Span<UInt8>, _ index: inout Int, _ byte: UInt8) -> Bool {
    guard index < text.count, text[index] == byte else { return false }
    index = skip(text, index + 1)
    return true
  }

  /// A text of printable ASCII without escapes, and the white space behind it.
  private static func text(_ text: Span<UInt8>, _ index: inout Int) -> Range<Int>? {
    guard index < text.count, text[index] == UInt8(ascii: "\"") else { return nil }
    let start = index + 1
    var end = start
    while end < text.count, text[end] != UInt8(ascii: "\"") {
      guard text[end] >= 0x20, text[end] < 0x7F, text[end] != UInt8(ascii: "\\") else { return nil }
      end &+= 1
    }
    guard end < text.count else { return nil }
    index = skip(text, end + 1)
    return start..<end
  }

  /// A number without an exponent, and the white space behind it.
  private static func number(_ text: Span<UInt8>, _ index: inout Int) -> Range<Int>? {
    let start = index
    var end = index
    if end < text.count, text[end] == UInt8(ascii: "-") { end += 1 }
    let whole = digits(text, &end)
    guard whole > 0, whole == 1 || text[end - whole] != UInt8(ascii: "0") else { return nil }
    if end < text.count, text[end] == UInt8(ascii: ".") {
      end += 1
      guard digits(text, &end) > 0 else { return nil }
    }
    // Whatever else is part of it, or no number at all, is found by who asks for what follows.
    index = skip(text, end)
    return start..<end
  }

  private static func digits(_ text: Span<UInt8>, _ index: inout Int) -> Int {
    let start = index
    while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index &+= 1 }
    return index - start
  }

  // MARK: Names

  private static let names: [(bytes: [UInt8], name: Name)] = [
    (Array("symbol".utf8), .symbol), (Array("price".utf8), .price), (Array("size".utf8), .size),
    (Array("time".utf8), .time), (Array("side".utf8), .side),
    (Array("venue_seq".utf8), .venueSequence),
  ]

  private static func name(_ text: Span<UInt8>, _ range: Range<Int>) -> Name? {
    for (bytes, name) in names where bytes.count == range.count {
      var index = 0
      while index < bytes.count, bytes[index] == text[range.lowerBound + index] { index &+= 1 }
      if index == bytes.count { return name }
    }
    return nil
  }
}
