import EngineCore

/// Reading replies. What is absent is nil: a daemon of another version may say less, or more.
extension JSONValue {
  func text(_ name: String) -> String? { self[name]?.string }

  func integer(_ name: String) -> Int64? { self[name]?.int64 }

  func real(_ name: String) -> Double? { self[name]?.double }

  func flag(_ name: String) -> Bool { self[name]?.bool ?? false }

  /// The strings of an array.
  func texts(_ name: String) -> [String] { self[name]?.array?.compactMap(\.string) ?? [] }

  /// The array that a reply must have.
  func list(_ name: String, of method: String) throws(ControlError) -> [JSONValue] {
    guard let list = self[name]?.array else { throw .malformed(method, "no list \"\(name)\"") }
    return list
  }

  /// The value for a person: strings without quotes, numbers as they are written, the rest as JSON.
  var plain: String {
    switch kind {
    case .null: "-"
    case .string(let string): string
    default: text(.compact)
    }
  }

  /// The same object with these members added; a member whose value is nil is left out.
  func adding(_ members: [(String, JSONValue?)]) -> JSONValue {
    let added = members.compactMap { name, value in
      value.map { JSONMember(name: name, value: $0) }
    }
    return JSONValue(.object((object ?? []) + added))
  }
}
