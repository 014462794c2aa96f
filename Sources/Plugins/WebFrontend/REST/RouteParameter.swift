internal import EngineCore

/// A part of a path or of a query that an endpoint reads.
struct RouteParameter: Sendable {
  enum Place: String, Sendable {
    case path
    case query
  }

  /// What its text has to be.
  enum Form: Sendable {
    case text
    case integer(ClosedRange<Int64>)
    case time
    case choice([String])
  }

  let name: String
  let place: Place
  let form: Form
  let isRequired: Bool
  /// For people.
  let about: String

  static func path(_ name: String, _ about: String, _ form: Form = .text) -> RouteParameter {
    RouteParameter(name: name, place: .path, form: form, isRequired: true, about: about)
  }

  static func query(
    _ name: String, _ about: String, _ form: Form = .text, isRequired: Bool = false
  ) -> RouteParameter {
    RouteParameter(name: name, place: .query, form: form, isRequired: isRequired, about: about)
  }

  /// Why a text is none of these; nil when it is.
  func fault(_ text: String) -> String? {
    let expected: String
    switch form {
    case .text:
      if !text.isEmpty { return nil }
      expected = "a text"
    case .integer(let range):
      if let number = Int64(text), range.contains(number) { return nil }
      expected = "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .time:
      if RESTCall.time(text) != nil { return nil }
      expected = "a time such as 2024-05-02T09:30:00Z"
    case .choice(let names):
      if names.contains(text) { return nil }
      expected = names.joined(separator: ", ")
    }
    return "\(name): expected \(expected), found \"\(text)\""
  }
}
