internal import Notifications

/// What others say, as part of a line.
enum HeaderLine {
  /// Its beginning, behind a colon; nothing when there is nothing.
  static func short(_ text: String) -> String {
    let line = HeaderText.cleaned(text.prefix(200)).split(separator: " ").joined(separator: " ")
    return line.isEmpty ? "" : ": \(line)"
  }
}
