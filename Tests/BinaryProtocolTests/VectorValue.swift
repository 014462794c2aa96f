import EngineCore

/// What a golden vector says a field is.
indirect enum VectorValue: Equatable, Sendable, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral
{
  case number(Int128)
  case text(String)
  case list([VectorValue])
  case object([VectorMember])

  init(integerLiteral value: Int64) { self = .number(Int128(value)) }
  init(stringLiteral value: String) { self = .text(value) }
  init(arrayLiteral elements: VectorValue...) { self = .list(elements) }

  static func object(_ members: KeyValuePairs<String, VectorValue>) -> VectorValue {
    .object(members.map { VectorMember(name: $0.key, value: $0.value) })
  }

  subscript(name: String) -> VectorValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var list: [VectorValue] { if case .list(let list) = self { list } else { [] } }

  func write(to json: inout JSONWriter) {
    switch self {
    case .number(let number): json.rawNumber("\(number)")
    case .text(let text): json.value(text)
    case .list(let list):
      json.beginArray()
      for value in list { value.write(to: &json) }
      json.endArray()
    case .object(let members):
      json.beginObject()
      for member in members {
        json.name(member.name)
        member.value.write(to: &json)
      }
      json.endObject()
    }
  }

  /// What a file says; numbers are integers.
  init?(_ json: JSONValue) {
    switch json.kind {
    case .number(let number):
      guard let value = Int128(number.text) else { return nil }
      self = .number(value)
    case .string(let text): self = .text(text)
    case .array(let list): self = .list(list.compactMap { VectorValue($0) })
    case .object(let members):
      self = .object(
        members.compactMap { member in
          VectorValue(member.value).map { VectorMember(name: member.name, value: $0) }
        })
    default: return nil
    }
  }
}

/// One field of a golden vector.
struct VectorMember: Equatable, Sendable {
  var name: String
  var value: VectorValue
}

extension [UInt8] {
  var hex: VectorValue {
    .text(map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
  }

  /// The bytes of a text in hexadecimal digits.
  init?(hex: String) {
    let digits = Array<Character>(hex)
    guard digits.count % 2 == 0 else { return nil }
    self = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { return nil }
      append(byte)
    }
  }
}
