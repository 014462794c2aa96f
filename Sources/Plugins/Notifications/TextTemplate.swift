internal import EngineCore

/// Text with fields in braces: `{rule} for {symbol}: {value}`. `{{` and `}}` are braces.
///
/// What stands in place of a field is data: it is never searched for fields, and whoever puts the
/// text somewhere encodes it for that place.
package struct TextTemplate: Sendable, Equatable {
  package enum Part: Sendable, Equatable {
    case text(String)
    case field(NotificationField)
  }

  /// What is wrong with a template.
  package struct Fault: Error, Sendable, Equatable {
    package let expected: String
    package let found: String
    package let suggestion: String?
    /// From 1, in Unicode scalars.
    package let column: Int
  }

  package let parts: [Part]

  package init(parsing source: String) throws(Fault) {
    var parts: [Part] = []
    var text = String.UnicodeScalarView()
    let scalars = Array(source.unicodeScalars)
    var index = 0
    func isNext(_ scalar: Unicode.Scalar) -> Bool {
      index + 1 < scalars.count && scalars[index + 1] == scalar
    }
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar == "{" || scalar == "}", isNext(scalar) {
        text.append(scalar)
        index += 2
        continue
      }
      guard scalar == "{" else {
        guard scalar != "}" else {
          throw Fault(
            expected: "\"}}\" for a brace", found: "\"}\"", suggestion: nil, column: index + 1)
        }
        text.append(scalar)
        index += 1
        continue
      }
      if !text.isEmpty { parts.append(.text(String(text))) }
      text = String.UnicodeScalarView()
      parts.append(.field(try Self.field(scalars, at: &index)))
    }
    if !text.isEmpty { parts.append(.text(String(text))) }
    self.parts = parts
  }

  private static func field(
    _ scalars: [Unicode.Scalar], at index: inout Int
  ) throws(Fault) -> NotificationField {
    let column = index + 1
    guard let end = scalars[index...].firstIndex(of: "}") else {
      throw Fault(
        expected: "\"}\" after \"{\", or \"{{\" for a brace", found: "the end of the text",
        suggestion: nil, column: column)
    }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: scalars[(index + 1)..<end])
    index = end + 1
    let known = NotificationField.allCases.map(\.rawValue)
    guard let field = NotificationField(rawValue: String(name)) else {
      throw Fault(
        expected: "one of the fields \(known.joined(separator: ", "))",
        found: JSONValue.string("{\(name)}").summary,
        suggestion: Spelling.nearest(to: String(name), in: known).map { "\"{\($0)}\"" },
        column: column)
    }
    return field
  }

  /// The text, at most so many characters long.
  package func text(of message: NotificationMessage, most: Int = 16_384) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .field(let field): result += field.text(of: message)
      }
    }
    return result.count <= most ? result : result.prefix(most - 1) + "…"
  }
}
