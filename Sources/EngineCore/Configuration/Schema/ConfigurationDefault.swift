/// A default value written as a literal: `"1s"`, `1000`, `true`, `["1s", "1m"]`, `[:]`.
public struct ConfigurationDefault: Sendable, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// The JSON value.
  public let value: JSONValue

  /// Makes a default from a value.
  public init(_ value: JSONValue) {
    self.value = value
  }

  /// A string.
  public init(stringLiteral text: String) {
    value = JSONValue(.string(text))
  }

  /// An integer.
  public init(integerLiteral number: Int64) {
    value = JSONValue(.number(JSONNumber(number)))
  }

  /// A number; literals are finite.
  public init(floatLiteral number: Double) {
    value = JSONValue(JSONNumber(number).map { .number($0) } ?? .null)
  }

  /// A truth value.
  public init(booleanLiteral truth: Bool) {
    value = JSONValue(.bool(truth))
  }

  /// A list.
  public init(arrayLiteral elements: ConfigurationDefault...) {
    value = JSONValue(.array(elements.map(\.value)))
  }

  /// An object.
  public init(dictionaryLiteral members: (String, ConfigurationDefault)...) {
    value = JSONValue(.object(members.map { JSONMember(name: $0.0, value: $0.1.value) }))
  }
}
