/// Short ways to make values for answers.
extension JSONValue {
  public static var null: JSONValue { JSONValue(.null) }
  public static func string(_ value: String) -> JSONValue { JSONValue(.string(value)) }
  public static func bool(_ value: Bool) -> JSONValue { JSONValue(.bool(value)) }
  public static func array(_ value: [JSONValue]) -> JSONValue { JSONValue(.array(value)) }

  /// A string, or null.
  public static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

  /// An integer; beyond `Int64` the nearest that fits.
  public static func integer(_ value: some FixedWidthInteger) -> JSONValue {
    JSONValue(.number(JSONNumber(Int64(clamping: value))))
  }

  /// A number; null when it is not finite.
  public static func double(_ value: Double) -> JSONValue {
    JSONNumber(value).map { JSONValue(.number($0)) } ?? .null
  }

  /// A number with exactly these digits; null when the text is no decimal number.
  public static func decimal(_ text: String) -> JSONValue {
    DecimalText(text).map { JSONValue(.number(JSONNumber($0))) } ?? .null
  }

  public static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    JSONValue(.object(members.map { JSONMember(name: $0.0, value: $0.1) }))
  }
}
