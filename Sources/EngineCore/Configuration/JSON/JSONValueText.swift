extension JSONValue {
  /// What stands in for a secret in printed text.
  public static let secretMask = "***"

  /// The value as JSON text.
  public func text(_ layout: JSONWriter.Layout = .compact) -> String {
    var writer = JSONWriter(layout: layout)
    writer.value(self)
    return writer.text
  }

  /// The value as JSON text with the members of these names masked, at any depth, whatever their
  /// values are.
  public func text(_ layout: JSONWriter.Layout, masking names: Set<String>) -> String {
    masked(names).text(layout)
  }

  /// A copy with the values of members of these names replaced by `secretMask`, at any depth.
  public func masked(_ names: Set<String>) -> JSONValue {
    switch kind {
    case .array(let elements):
      return JSONValue(.array(elements.map { $0.masked(names) }), position: position)
    case .object(let members):
      let masked = members.map { member in
        var copy = member
        copy.value =
          names.contains(member.name)
          ? JSONValue(.string(JSONValue.secretMask), position: member.value.position)
          : member.value.masked(names)
        return copy
      }
      return JSONValue(.object(masked), position: position)
    default:
      return self
    }
  }
}
