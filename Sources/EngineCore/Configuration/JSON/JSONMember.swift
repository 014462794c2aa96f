/// One `"name": value` of a JSON object.
public struct JSONMember: Sendable, Hashable {
  /// The name, with its escapes resolved.
  public var name: String
  /// Where the opening quote of the name stands.
  public var namePosition: TextPosition
  /// The value.
  public var value: JSONValue

  /// Makes a member; without a position it counts as made, not read.
  public init(name: String, namePosition: TextPosition = .start, value: JSONValue) {
    self.name = name
    self.namePosition = namePosition
    self.value = value
  }

  /// Members are equal when names and values are; positions do not count.
  public static func == (left: JSONMember, right: JSONMember) -> Bool {
    left.name == right.name && left.value == right.value
  }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(value)
  }
}
