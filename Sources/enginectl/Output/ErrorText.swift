/// An error for people.
enum ErrorText {
  static func lines(_ error: ControlError, style: Style) -> [String] {
    let message = PlainText.lines(error.message)
    var lines = [style.paint("error:", .alarm) + " " + (message.first ?? "")]
    lines += message.dropFirst().map { "       " + $0 }
    if let hint = error.hint, !hint.isEmpty {
      lines.append(style.paint(" hint:", .cyan) + " " + PlainText.line(hint))
    }
    return lines
  }
}
