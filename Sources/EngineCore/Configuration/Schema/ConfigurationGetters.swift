/// Typed access by name. The plain getters are for keys that are required or have a default, the
/// optional ones for keys that may be left out.
extension ConfigurationObject {
  /// The value of a `boolean` key.
  public mutating func boolean(_ name: String) -> Bool {
    optionalBoolean(name) ?? missing(name, false)
  }

  /// The value of an `integer` key.
  public mutating func integer(_ name: String) -> Int64 {
    optionalInteger(name) ?? missing(name, 0)
  }

  /// The value of a `number` key.
  public mutating func number(_ name: String) -> Double {
    optionalNumber(name) ?? missing(name, 0)
  }

  /// The exact text of a `decimal` key, without exponent.
  public mutating func decimalText(_ name: String) -> String {
    optionalDecimalText(name) ?? missing(name, "0")
  }

  /// The value of a `string`, `text`, `choice`, `path` or `subject` key, references replaced.
  public mutating func string(_ name: String) -> String {
    optionalString(name) ?? missing(name, "")
  }

  /// The value of a `choice` key as a case of an enumeration.
  public mutating func choice<Choice>(_ name: String, as type: Choice.Type) -> Choice
  where Choice: RawRepresentable<String> & CaseIterable {
    if let choice = optionalChoice(name, as: type) { return choice }
    // An enumeration without cases can't be asked for: there would be no value to return.
    guard let first = type.allCases.first else { preconditionFailure("\(type) has no cases") }
    return missing(name, first)
  }

  /// The value of a `duration` key in nanoseconds.
  public mutating func durationNanos(_ name: String) -> Int64 {
    optionalDurationNanos(name) ?? missing(name, 0)
  }

  /// The value of a `size` key in bytes.
  public mutating func sizeBytes(_ name: String) -> Int64 {
    optionalSizeBytes(name) ?? missing(name, 0)
  }

  /// The value of a `time` key in nanoseconds since 1970.
  public mutating func timeNanos(_ name: String) -> Int64 {
    optionalTimeNanos(name) ?? missing(name, 0)
  }

  /// The addresses of a `listen` key.
  public mutating func addresses(_ name: String) -> [ListenAddress] {
    self[name]?.addresses ?? missing(name, [])
  }

  /// The elements of a `list` key; none when it may be left out and is.
  public mutating func list(_ name: String) -> [ConfigurationValue] {
    guard let value = self[name] else { return [] }
    return value.list ?? missing(name, [])
  }

  /// The strings of a `list` of strings.
  public mutating func strings(_ name: String) -> [String] {
    let elements = list(name)
    let strings = elements.compactMap(\.string)
    return strings.count == elements.count ? strings : missing(name, [])
  }

  /// A nested object, read as a record; its faults come along. The key is required or has a
  /// default.
  public mutating func record<Record: ConfigurationRecord>(
    _ name: String, as type: Record.Type
  ) -> Record {
    object(name) { Record(from: &$0) }
  }

  /// A list of objects, each read as a record; their faults come along.
  public mutating func records<Record: ConfigurationRecord>(
    _ name: String, as type: Record.Type
  ) -> [Record] {
    objects(name) { Record(from: &$0) }
  }

  /// Reads a nested object (or map); its faults come along. Without a value it is read as an empty
  /// one.
  public mutating func object<Result>(
    _ name: String, _ read: (inout ConfigurationObject) -> Result
  ) -> Result {
    var nested =
      self[name]?.object
      ?? missing(
        name, ConfigurationObject(place: place, path: ConfigurationPath.join(path, name)))
    let result = read(&nested)
    absorb(nested)
    return result
  }

  /// Reads each object of a list; their faults come along.
  public mutating func objects<Result>(
    _ name: String, _ read: (inout ConfigurationObject) -> Result
  ) -> [Result] {
    var results: [Result] = []
    for element in list(name) {
      guard var nested = element.object else { return missing(name, []) }
      results.append(read(&nested))
      absorb(nested)
    }
    return results
  }

  // MARK: Keys that may be left out

  /// The value of a `boolean` key, or nil.
  public func optionalBoolean(_ name: String) -> Bool? { self[name]?.boolean }

  /// The value of an `integer` key, or nil.
  public func optionalInteger(_ name: String) -> Int64? { self[name]?.integer }

  /// The value of a `number` key, or nil.
  public func optionalNumber(_ name: String) -> Double? { self[name]?.number }

  /// The exact text of a `decimal` key, or nil.
  public func optionalDecimalText(_ name: String) -> String? { self[name]?.decimalText }

  /// The value of a key with text, or nil.
  public func optionalString(_ name: String) -> String? { self[name]?.string }

  /// The value of a `choice` key as a case of an enumeration, or nil.
  public func optionalChoice<Choice>(_ name: String, as type: Choice.Type) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    self[name]?.string.flatMap { Choice(rawValue: $0) }
  }

  /// The value of a `duration` key in nanoseconds, or nil.
  public func optionalDurationNanos(_ name: String) -> Int64? { self[name]?.durationNanos }

  /// The value of a `size` key in bytes, or nil.
  public func optionalSizeBytes(_ name: String) -> Int64? { self[name]?.sizeBytes }

  /// The value of a `time` key in nanoseconds since 1970, or nil.
  public func optionalTimeNanos(_ name: String) -> Int64? { self[name]?.timeNanos }

  /// A nested object read as a record, or nil.
  public mutating func optionalRecord<Record: ConfigurationRecord>(
    _ name: String, as type: Record.Type
  ) -> Record? {
    contains(name) ? record(name, as: type) : nil
  }

  /// Reports that a table of keys and its initializer disagree, and passes the neutral value on.
  private mutating func missing<Value>(_ name: String, _ neutral: Value) -> Value {
    fault(at: name, expected: "a key that the settings declare with this type")
    return neutral
  }
}
