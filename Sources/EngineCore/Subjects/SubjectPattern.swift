/// Why a text is no subject pattern.
public struct SubjectError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text, and the offset of the character in question, in characters from 0.
  public var text: String
  public var offset: Int
  public var expected: String

  public var description: String {
    "subject \"\(text)\", character \(offset + 1): expected \(expected)"
  }
}

/// A subject in which `*` stands for one token and `>` at the end for all that follow.
public struct SubjectPattern: Sendable, Hashable, CustomStringConvertible {
  public enum Token: Sendable, Hashable {
    case name(String)
    case any
    case rest
  }

  public var tokens: [Token]

  public init(_ tokens: [Token]) { self.tokens = tokens }

  public init(parsing text: String) throws(SubjectError) {
    var parser = SubjectParser(text)
    tokens = try parser.parse()
    if case .name(let kind)? = tokens.first, EventKind(name: kind) == nil {
      let kinds = EventKind.allCases.map(\.name).joined(separator: ", ")
      throw SubjectError(text: text, offset: 0, expected: "a kind of event (\(kinds))")
    }
  }

  public var description: String {
    tokens.map { token in
      switch token {
      case .name(let name): Subject.written(name)
      case .any: "*"
      case .rest: ">"
      }
    }.joined(separator: ".")
  }

  /// A pattern that is shorter than the subject matches when it is a prefix: `bar.EURUSD` is every
  /// spec of it.
  public func matches(_ subject: Subject) -> Bool {
    for (index, token) in tokens.enumerated() {
      switch token {
      case .rest: return subject.tokens.count > index || index == 0
      case .any: if index >= subject.tokens.count { return false }
      case .name(let name):
        if index >= subject.tokens.count || subject.tokens[index] != name { return false }
      }
    }
    return true
  }

  /// The kinds that can match.
  public var kinds: Set<EventKind> {
    guard case .name(let name)? = tokens.first, let kind = EventKind(name: name) else {
      return Set(EventKind.allCases)
    }
    return [kind]
  }
}

/// Reads `token("."token)*`.
struct SubjectParser {
  private let text: String
  private let characters: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) {
    self.text = text
    characters = Array(text.unicodeScalars)
  }

  mutating func parse() throws(SubjectError) -> [SubjectPattern.Token] {
    var tokens: [SubjectPattern.Token] = []
    while true {
      tokens.append(try token())
      guard index < characters.count else { return tokens }
      guard characters[index] == "." else { throw fault("\".\" or the end") }
      if tokens.last == .rest { throw fault("the end: \">\" stands for all that follows") }
      index += 1
      if tokens.count == 16 { throw fault("at most 16 tokens") }
    }
  }

  private mutating func token() throws(SubjectError) -> SubjectPattern.Token {
    guard index < characters.count else { throw fault("a token") }
    switch characters[index] {
    case "*":
      index += 1
      return .any
    case ">":
      index += 1
      return .rest
    case "\"": return .name(try quoted())
    default:
      let start = index
      while index < characters.count, !Subject.needsQuotes(characters[index]) { index += 1 }
      guard index > start else { throw fault("a token; quote it if it holds this character") }
      return .name(string(characters[start..<index]))
    }
  }

  private mutating func quoted() throws(SubjectError) -> String {
    index += 1
    var name: [Unicode.Scalar] = []
    while index < characters.count, characters[index] != "\"" {
      if characters[index] == "\\" { index += 1 }
      guard index < characters.count else { break }
      name.append(characters[index])
      index += 1
    }
    guard index < characters.count else { throw fault("a closing quote") }
    index += 1
    return string(name[...])
  }

  private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }

  private func fault(_ expected: String) -> SubjectError {
    SubjectError(text: text, offset: index, expected: expected)
  }
}
