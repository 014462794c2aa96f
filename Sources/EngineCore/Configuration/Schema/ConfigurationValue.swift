/// A validated value of a setting, with the place where it was given.
///
/// Values are equal when their contents are: `"1s"` equals `"1000ms"`, and neither the place nor
/// whether it is a default counts.
public struct ConfigurationValue: Sendable, Equatable {
  /// The content, by the type that was declared.
  public indirect enum Kind: Sendable, Equatable {
    /// Of `boolean`.
    case boolean(Bool)
    /// Of `integer`.
    case integer(Int64)
    /// Of `number`.
    case number(Double)
    /// Of `decimal`.
    case decimal(DecimalText)
    /// Of `string`, `text`, `choice` and `path`, with references replaced.
    case string(String)
    /// Of `subject`.
    case subject(String)
    /// Of `duration`, in nanoseconds.
    case duration(Int64)
    /// Of `size`, in bytes.
    case size(Int64)
    /// Of `time`, in nanoseconds since 1970.
    case time(Int64)
    /// Of `listen`; never empty.
    case listen([ListenAddress])
    /// Of `list`.
    case list([ConfigurationValue])
    /// Of `object` and `map`.
    case object(ConfigurationObject)
    /// Of `json`.
    case json(JSONValue)
  }

  /// The content.
  public let kind: Kind
  /// Where it was given; for a default, where the object that lacks it stands.
  public let place: ConfigurationPlace
  /// The path in the file.
  public let path: String
  /// Whether the key is declared secret, or a reference such as `${TOKEN}` is in it.
  public let isSecret: Bool
  /// The text with its references as written, when it has some.
  public let reference: String?
  /// Whether neither the file nor the environment gives it.
  public let isDefault: Bool

  /// Equality of contents.
  public static func == (left: ConfigurationValue, right: ConfigurationValue) -> Bool {
    left.kind == right.kind
  }

  /// The truth value, or nil for other types.
  public var boolean: Bool? {
    guard case .boolean(let value) = kind else { return nil }
    return value
  }

  /// The integer, or nil for other types.
  public var integer: Int64? {
    guard case .integer(let value) = kind else { return nil }
    return value
  }

  /// The number, or nil for other types.
  public var number: Double? {
    guard case .number(let value) = kind else { return nil }
    return value
  }

  /// The exact decimal text, or nil for other types.
  public var decimalText: String? {
    guard case .decimal(let value) = kind else { return nil }
    return value.text
  }

  /// The string (or subject), or nil for other types.
  public var string: String? {
    switch kind {
    case .string(let value), .subject(let value): value
    default: nil
    }
  }

  /// The duration in nanoseconds, or nil for other types.
  public var durationNanos: Int64? {
    guard case .duration(let value) = kind else { return nil }
    return value
  }

  /// The size in bytes, or nil for other types.
  public var sizeBytes: Int64? {
    guard case .size(let value) = kind else { return nil }
    return value
  }

  /// The time in nanoseconds since 1970, or nil for other types.
  public var timeNanos: Int64? {
    guard case .time(let value) = kind else { return nil }
    return value
  }

  /// The addresses, or nil for other types.
  public var addresses: [ListenAddress]? {
    guard case .listen(let value) = kind else { return nil }
    return value
  }

  /// The elements, or nil for other types.
  public var list: [ConfigurationValue]? {
    guard case .list(let value) = kind else { return nil }
    return value
  }

  /// The object, or nil for other types.
  public var object: ConfigurationObject? {
    guard case .object(let value) = kind else { return nil }
    return value
  }

  /// The raw JSON, or nil for other types.
  public var json: JSONValue? {
    guard case .json(let value) = kind else { return nil }
    return value
  }

  /// The value as JSON in its usual form (`"1000ms"` as `"1s"`), defaults written out, secrets as
  /// the reference they were given by or else masked.
  public var canonical: JSONValue {
    if let reference { return JSONValue(.string(reference)) }
    if isSecret { return JSONValue(.string(JSONValue.secretMask)) }
    switch kind {
    case .boolean(let value): return JSONValue(.bool(value))
    case .integer(let value): return JSONValue(.number(JSONNumber(value)))
    case .number(let value): return JSONValue(JSONNumber(value).map { .number($0) } ?? .null)
    case .decimal(let value): return JSONValue(.number(JSONNumber(validated: value.text)))
    case .string(let value), .subject(let value): return JSONValue(.string(value))
    case .duration(let value): return JSONValue(.string(DurationText.format(value)))
    case .size(let value): return JSONValue(.string(SizeText.format(value)))
    case .time(let value): return JSONValue(.string(TimeText.format(value)))
    case .listen(let value):
      let texts = value.map { JSONValue(.string($0.description)) }
      return texts.count == 1 ? texts[0] : JSONValue(.array(texts))
    case .list(let value): return JSONValue(.array(value.map(\.canonical)))
    case .object(let value): return value.canonical
    case .json(let value): return value
    }
  }
}
