/// The tokens of JSON text: white space, literals, numbers and strings, with positions.
struct JSONScanner: ~Escapable {
  private let bytes: Span<UInt8>
  private var index = 0
  private var line = 1
  /// Index of the first byte of the line.
  private var lineStart = 0
  /// UTF-8 continuation bytes passed on this line, which a column does not count.
  private var continuations = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { index == bytes.count }

  /// The byte at the current place; zero, which is legal nowhere, at the end of the text.
  var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

  var position: TextPosition {
    TextPosition(line: line, column: index - lineStart - continuations + 1)
  }

  /// Passes one byte that is neither a line feed nor part of a longer character.
  mutating func advance() {
    index += 1
  }

  /// Passes the byte when it is the current one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        index += 1
      case UInt8(ascii: "\n"):
        index += 1
        line += 1
        lineStart = index
        continuations = 0
      default:
        return
      }
    }
  }

  /// An error at the current place that says what is there.
  func fault(expected: String) -> JSONError {
    JSONError(position: position, expected: expected, found: foundText())
  }

  private func foundText() -> String {
    guard index < bytes.count else { return "end of text" }
    let byte = bytes[index]
    if byte == UInt8(ascii: "\"") { return "a string" }
    if byte < 0x20 || byte == 0x7F {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return "end of line"
      case UInt8(ascii: "\t"): return "a tab"
      default: return "the control character \(byte.hexadecimal)"
      }
    }
    // A word reads better whole (`True`), and one character is enough for the rest.
    var end = index + 1
    if byte.isWordByte {
      while end < bytes.count, end - index < 24, bytes[end].isWordByte { end += 1 }
    } else if byte >= 0x80 {
      while end < bytes.count, end - index < 4, bytes[end] & 0xC0 == 0x80 { end += 1 }
    }
    guard let text = try? UTF8Span(validating: bytes.extracting(index..<end)) else {
      return "the byte \(byte.hexadecimal), which is not UTF-8"
    }
    let string = String(copying: text)
    return string.unicodeScalars.first?.value == 0xFEFF ? "a byte order mark" : "\"\(string)\""
  }

  // MARK: Scalars

  mutating func readScalar() throws(JSONError) -> JSONValue.Kind {
    switch current {
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"):
      if takeWord("true") { return .bool(true) }
    case UInt8(ascii: "f"):
      if takeWord("false") { return .bool(false) }
    case UInt8(ascii: "n"):
      if takeWord("null") { return .null }
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return .number(try readNumber())
    default: break
    }
    throw fault(expected: "a value")
  }

  /// Passes the word when it stands here and ends here.
  private mutating func takeWord(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard index + length <= bytes.count else { return false }
    // The first byte was compared by the caller; the words differ in it.
    let expected = String(describing: word).utf8
    var at = index
    for byte in expected {
      guard bytes[at] == byte else { return false }
      at += 1
    }
    if at < bytes.count, bytes[at].isWordByte { return false }
    index = at
    return true
  }

  private mutating func readNumber() throws(JSONError) -> JSONNumber {
    let start = index
    _ = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      if current.isDigitByte {
        throw JSONError(
          position: position, expected: "no digit after a leading zero", found: foundText())
      }
    } else {
      try readDigits()
    }
    if take(UInt8(ascii: ".")) { try readDigits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      try readDigits()
    }
    return JSONNumber(validated: try text(start..<index, at: position))
  }

  private mutating func readDigits() throws(JSONError) {
    guard current.isDigitByte else { throw fault(expected: "a digit") }
    while index < bytes.count, bytes[index].isDigitByte { index += 1 }
  }

  // MARK: Strings

  /// Reads a string; the current byte is its opening quote.
  mutating func readString() throws(JSONError) -> String {
    let opening = position
    index += 1
    let start = index
    var multibyte = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        let string = try text(start..<index, at: opening)
        index += 1
        continuations += multibyte
        return string
      }
      if byte == UInt8(ascii: "\\") {
        return try readEscapedString(from: start, opening: opening)
      }
      guard byte >= 0x20 else {
        continuations += multibyte
        throw controlFault()
      }
      if byte & 0xC0 == 0x80 { multibyte += 1 }
      index += 1
    }
    continuations += multibyte
    throw unclosed(opening)
  }

  /// Reads the rest of a string that has an escape. `index` stands on the first backslash.
  private mutating func readEscapedString(
    from start: Int, opening: TextPosition
  ) throws(JSONError) -> String {
    var buffer: [UInt8] = []
    var plain = start
    // The columns of the part before the first backslash have not been counted yet.
    for at in start..<index where bytes[at] & 0xC0 == 0x80 { continuations += 1 }
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        append(plain..<index, to: &buffer)
        _ = try text(start..<index, at: opening)
        index += 1
        return String(decoding: buffer, as: UTF8.self)
      case UInt8(ascii: "\\"):
        append(plain..<index, to: &buffer)
        try readEscape(into: &buffer)
        plain = index
      case 0..<0x20:
        throw controlFault()
      default:
        if byte & 0xC0 == 0x80 { continuations += 1 }
        index += 1
      }
    }
    throw unclosed(opening)
  }

  private func append(_ range: Range<Int>, to buffer: inout [UInt8]) {
    for at in range { buffer.append(bytes[at]) }
  }

  private func controlFault() -> JSONError {
    JSONError(
      position: position, expected: "an escape such as \\n inside a string", found: foundText())
  }

  private func unclosed(_ opening: TextPosition) -> JSONError {
    JSONError(
      position: position, expected: "the closing quote of the string at \(opening)",
      found: "end of text")
  }

  private mutating func readEscape(into buffer: inout [UInt8]) throws(JSONError) {
    let position = position
    index += 1
    let byte = current
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      index += 1
      let scalar = try readUnicodeEscape(at: position)
      for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { buffer.append(unit) }
      return
    default:
      throw fault(expected: "one of \"\\/bfnrtu after a backslash")
    }
    index += 1
  }

  /// Reads the digits after `\u`, and a second escape where the first is half of a pair.
  private mutating func readUnicodeEscape(
    at start: TextPosition
  ) throws(JSONError) -> Unicode.Scalar {
    let first = try readHexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let lone = JSONError(
      position: start, expected: "a pair of surrogate escapes", found: "one half of a pair")
    guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw lone }
    let second = try readHexadecimal()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw lone }
    return scalar
  }

  private mutating func readHexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = current.hexadecimalDigit else {
        throw fault(expected: "four hexadecimal digits after \\u")
      }
      value = value << 4 | digit
      index += 1
    }
    return value
  }

  /// The text of a range, checked to be UTF-8. `opening` is where the token starts; the line holds
  /// no line feed between the two.
  private func text(_ range: Range<Int>, at opening: TextPosition) throws(JSONError) -> String {
    let span: UTF8Span
    do throws(UTF8.ValidationError) {
      span = try UTF8Span(validating: bytes.extracting(range))
    } catch {
      let bad = range.lowerBound + error.byteOffsets.lowerBound
      var column = opening.column + 1
      for at in range.lowerBound..<bad where bytes[at] & 0xC0 != 0x80 { column += 1 }
      throw JSONError(
        position: TextPosition(line: opening.line, column: column), expected: "UTF-8 text",
        found: "the byte \(bytes[bad].hexadecimal)")
    }
    return String(copying: span)
  }
}

extension UInt8 {
  fileprivate var isDigitByte: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  fileprivate var isWordByte: Bool {
    isDigitByte || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
      || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
      || self == UInt8(ascii: "+")
  }

  fileprivate var hexadecimalDigit: UInt32? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A")) + 10
    default: nil
    }
  }

  fileprivate var hexadecimal: String {
    "0x" + (self < 16 ? "0" : "") + String(self, radix: 16, uppercase: true)
  }
}
