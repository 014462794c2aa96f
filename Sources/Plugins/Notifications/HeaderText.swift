/// Text that goes where a line break or another control character would begin something new.
package enum HeaderText {
  /// The text on one line: what is no printable character is a blank.
  package static func cleaned(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isPlain(scalar) ? scalar : " ") }
    return String(result)
  }

  /// Whether it may stand in a header as it is.
  package static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { isPlain($0) && $0.isASCII }
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .format: false
    default: true
    }
  }

  /// A value for a header: as it is where it is plain ASCII, else as an encoded word of RFC 2047.
  package static func encoded(_ text: String) -> String {
    let clean = cleaned(text)
    guard !isPlain(clean) || clean.contains("=?") else { return clean }
    // An encoded word has 75 characters at most: pieces of whole characters.
    var words: [String] = []
    var piece: [UInt8] = []
    for scalar in clean.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if piece.count + bytes.count > 45 {
        words.append(word(piece))
        piece = []
      }
      piece += bytes
    }
    if !piece.isEmpty { words.append(word(piece)) }
    return words.joined(separator: " ")
  }

  private static func word(_ bytes: [UInt8]) -> String { "=?UTF-8?B?\(Base64.text(bytes))?=" }
}
