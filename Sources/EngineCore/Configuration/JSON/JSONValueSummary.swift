extension JSONValue {
  /// What messages say was found: short, on one line, never a whole object.
  public var summary: String {
    switch kind {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let value):
      value.text.utf8.count <= 40 ? value.text : String(value.text.prefix(40)) + "…"
    case .string(let value):
      JSONValue(.string(value.count <= 60 ? value : String(value.prefix(60)) + "…")).text()
    case .array(let value): value.isEmpty ? "an empty list" : "a list"
    case .object: "an object"
    }
  }
}
