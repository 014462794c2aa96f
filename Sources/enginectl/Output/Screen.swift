/// The ANSI sequences of a full-screen display.
enum Screen {
  /// The alternate screen, with a hidden cursor.
  static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J"
  /// The screen of before.
  static let leave = "\u{1B}[?25h\u{1B}[?1049l"

  /// One picture. Lines are overwritten in place, since clearing first would flicker.
  static func frame(_ lines: [String]) -> String {
    "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
  }
}
