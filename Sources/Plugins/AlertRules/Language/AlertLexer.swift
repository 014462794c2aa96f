/// Cuts a condition's text into tokens.
struct AlertLexer {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  static func tokens(of text: String) throws(AlertFault) -> [AlertToken] {
    var lexer = AlertLexer(text)
    var tokens: [AlertToken] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private static let marks = Array("()[],.*+-/<>".unicodeScalars)

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n"
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  static func beginsWord(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar == "$"
      || scalar == "^" || scalar == "#" || scalar == "@"
      || isForeign(scalar)
  }

  static func continuesWord(_ scalar: Unicode.Scalar) -> Bool {
    beginsWord(scalar) || isDigit(scalar) || scalar == "." || scalar == "-" || scalar == "/"
      || scalar == ":" || scalar == "~"
      || scalar == "&"
  }

  /// Letters of other alphabets; blanks and controls are none.
  private static func isForeign(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0xA1 && !scalar.properties.isWhitespace
      && !(0x2000...0x206F).contains(scalar.value) && scalar.value != 0xFEFF
  }

  private mutating func next() throws(AlertFault) -> AlertToken {
    while index < scalars.count, Self.isBlank(scalars[index]) { index += 1 }
    let start = index
    guard start < scalars.count else { return AlertToken(kind: .end, column: start + 1) }
    let first = scalars[start]
    if Self.isDigit(first) { return token(.numeric(numeric()), start) }
    if Self.beginsWord(first) {
      return token(.word(take(while: Self.continuesWord)), start)
    }
    if first == "\"" { return try quoted(start) }
    return token(.mark(try mark()), start)
  }

  private func token(_ kind: AlertToken.Kind, _ start: Int) -> AlertToken {
    AlertToken(kind: kind, column: start + 1)
  }

  private mutating func take(while isPart: (Unicode.Scalar) -> Bool) -> String {
    let start = index
    while index < scalars.count, isPart(scalars[index]) { index += 1 }
    return text(start)
  }

  private func text(_ start: Int) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[start..<index])
    return String(view)
  }

  /// Digits and what belongs to them: a fraction, a unit, a price kind, a calendar, `%`. A minus
  /// and a plus only where a calendar or an exponent has them, so that `2-1` is three tokens.
  private mutating func numeric() -> String {
    let start = index
    var isCalendar = false
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar == "~" { isCalendar = true }
      let isPart =
        Self.isDigit(scalar) || scalar == "." || scalar == "@" || scalar == "~" || scalar == "_"
        || Self.beginsWord(scalar)
        || (isCalendar && (scalar == "/" || scalar == "+" || scalar == ":" || scalar == "-"))
      if !isPart { break }
      index += 1
    }
    if index < scalars.count, scalars[index] == "%" { index += 1 }
    return text(start)
  }

  private mutating func quoted(_ start: Int) throws(AlertFault) -> AlertToken {
    index += 1
    var view = String.UnicodeScalarView()
    while index < scalars.count, scalars[index] != "\"" {
      if scalars[index] == "\\", index + 1 < scalars.count { index += 1 }
      view.append(scalars[index])
      index += 1
    }
    guard index < scalars.count else {
      throw AlertFault(column: start + 1, expected: "a closing quote", found: "the end")
    }
    index += 1
    return token(.quoted(String(view)), start)
  }

  private mutating func mark() throws(AlertFault) -> String {
    let scalar = scalars[index]
    let next = index + 1 < scalars.count ? scalars[index + 1] : " "
    let column = index + 1
    index += 1
    if (scalar == "<" || scalar == ">" || scalar == "=" || scalar == "!"), next == "=" {
      index += 1
      return "\(scalar)="
    }
    if Self.marks.contains(scalar) { return String(scalar) }
    func fault(_ expected: String, _ suggestion: String?) -> AlertFault {
      AlertFault(
        column: column, expected: expected, found: "\"\(scalar)\"", suggestion: suggestion)
    }
    switch scalar {
    case "=": throw fault("a comparison", "==")
    case "!": throw fault("a condition", "not")
    case "&": throw fault("an operator", "and")
    case "|": throw fault("an operator", "or")
    case "%": throw fault("\"%\" right behind its number, as in 2%", nil)
    case "'", "\u{201C}", "\u{201D}": throw fault("a symbol, in double quotes if need be", "\"")
    default: throw fault("a condition such as price(EURUSD) > 1.1", nil)
    }
  }
}
