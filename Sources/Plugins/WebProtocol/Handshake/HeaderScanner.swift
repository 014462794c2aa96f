/// Reads tokens of header values (RFC 9110, section 5.6), with optional blanks around them.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    skipSpace()
  }

  var isAtEnd: Bool { index == bytes.count }

  private mutating func skipSpace() {
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    skipSpace()
    return true
  }

  mutating func token() -> String? {
    let start = index
    while index < bytes.count, Self.isTokenByte(bytes[index]) { index += 1 }
    guard index > start else { return nil }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    skipSpace()
    return text
  }

  mutating func quotedToken() -> String? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
    index += 1
    var text: [UInt8] = []
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      if bytes[index] == UInt8(ascii: "\\") { index += 1 }
      guard index < bytes.count, Self.isTokenByte(bytes[index]) else { return nil }
      text.append(bytes[index])
      index += 1
    }
    guard index < bytes.count, !text.isEmpty else { return nil }
    index += 1
    skipSpace()
    return String(decoding: text, as: UTF8.self)
  }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  /// The elements of a list of tokens over all values of a header; nil when it is no such list.
  static func tokens(_ values: [String]) -> [String]? {
    var tokens: [String] = []
    for value in values {
      var scanner = HeaderScanner(value)
      while true {
        while scanner.take(",") {}
        if scanner.isAtEnd { break }
        guard let token = scanner.token() else { return nil }
        tokens.append(token)
        guard scanner.isAtEnd || scanner.take(",") else { return nil }
      }
    }
    return tokens
  }
}
