/// A JSON value that knows where in its text it stands.
///
/// Two values are equal when their contents are: positions do not count, the order of members does,
/// and numbers compare as they are written.
public struct JSONValue: Sendable, Hashable {
  /// What a value is.
  public enum Kind: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number with its exact text.
    case number(JSONNumber)
    /// A string with its escapes resolved.
    case string(String)
    /// Elements in order.
    case array([JSONValue])
    /// Members in order, duplicates included.
    case object([JSONMember])
  }

  /// The content.
  public var kind: Kind
  /// Where the first character of the value stands.
  public var position: TextPosition

  /// Makes a value; without a position it counts as made, not read.
  public init(_ kind: Kind, position: TextPosition = .start) {
    self.kind = kind
    self.position = position
  }

  /// Equality of contents.
  public static func == (left: JSONValue, right: JSONValue) -> Bool { left.kind == right.kind }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(kind) }

  /// Whether this is `null`.
  public var isNull: Bool { kind == .null }

  /// The truth value, or nil for other kinds.
  public var bool: Bool? {
    guard case .bool(let value) = kind else { return nil }
    return value
  }

  /// The number, or nil for other kinds.
  public var number: JSONNumber? {
    guard case .number(let value) = kind else { return nil }
    return value
  }

  /// The integer, or nil for other kinds, fractions and numbers beyond `Int64`.
  public var int64: Int64? { number?.int64 }

  /// The nearest double, or nil for other kinds and numbers beyond the range of doubles.
  public var double: Double? { number?.double }

  /// The string, or nil for other kinds.
  public var string: String? {
    guard case .string(let value) = kind else { return nil }
    return value
  }

  /// The elements, or nil for other kinds.
  public var array: [JSONValue]? {
    guard case .array(let value) = kind else { return nil }
    return value
  }

  /// The members in order, or nil for other kinds.
  public var object: [JSONMember]? {
    guard case .object(let value) = kind else { return nil }
    return value
  }

  /// The value of a member; the last one counts where a name is written twice. Nil when there is
  /// no such member or the value is not an object.
  public subscript(name: String) -> JSONValue? {
    object?.last { $0.name == name }?.value
  }
}
