public import EngineCore

/// Why a request was not done, or a subscription ended.
public struct StreamError: Error, Equatable, Sendable, CustomStringConvertible {
  public var code: StreamCode
  /// What is wrong, what was expected, what was found.
  public var message: String
  /// What to do next; may be empty.
  public var hint: String
  /// Where in the request's text.
  public var position: TextPosition?
  /// The request's text around that place.
  public var excerpt: String?
  /// The request's id, when it has a readable one.
  public var request: Int64?

  public init(
    _ code: StreamCode, _ message: String, hint: String = "", position: TextPosition? = nil
  ) {
    self.code = code
    self.message = message
    self.hint = hint
    self.position = position
  }

  public var description: String {
    position.map { "\($0): \(message)" } ?? message
  }

  /// The line around the place, at most 40 characters to either side. Nothing of a text that may
  /// hold a secret.
  static func excerpt(of text: [UInt8], at position: TextPosition) -> String? {
    let all = String(decoding: text, as: UTF8.self)
    guard !all.contains("token") else { return nil }
    let lines = all.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard position.line >= 1, position.line <= lines.count else { return nil }
    let line = Array(lines[position.line - 1])
    let start = max(0, min(position.column - 1, line.count) - 40)
    let end = min(line.count, position.column - 1 + 40)
    var excerpt = String.UnicodeScalarView()
    if start > 0 { excerpt.append("…") }
    if start < end { excerpt.append(contentsOf: line[start..<end]) }
    if end < line.count { excerpt.append("…") }
    return String(excerpt)
  }
}
