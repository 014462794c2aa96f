/// Text from outside made safe and measurable for a terminal.
///
/// Symbols, reasons and log lines come from feeds: control characters in them could move the cursor
/// or change the title of the user's terminal.
enum PlainText {
  /// One line: control characters, line feeds among them, become visible.
  static func line(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ !isControl($0) }) { return text }
    var clean = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": clean += "\\n"
      case "\t": clean += " "
      case _ where isControl(scalar): clean += "\\u{\(String(scalar.value, radix: 16))}"
      default: clean.unicodeScalars.append(scalar)
      }
    }
    return clean
  }

  /// Lines as they are, each made safe.
  static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
  }

  /// Columns that a text takes on a terminal.
  static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  /// The text in at most `width` columns, with an ellipsis where something is missing.
  static func cut(_ text: String, to width: Int) -> String {
    guard self.width(text) > width else { return text }
    guard width > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let next = self.width(character)
      guard used + next < width else { break }
      result.append(character)
      used += next
    }
    return result + "…"
  }

  /// The text followed, or led, by blanks up to `width` columns.
  static func pad(_ text: String, to width: Int, trailing: Bool = true) -> String {
    let blanks = String(repeating: " ", count: max(0, width - self.width(text)))
    return trailing ? text + blanks : blanks + text
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      || scalar.properties.generalCategory == .format
      || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // East Asian wide characters and emoji, in the ranges that terminals agree on.
    let isWide =
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD:
        true
      default: false
      }
    return isWide ? 2 : 1
  }
}
