/// An object of the file after validation: values by name, defaults filled in.
///
/// Getters take the names and types that the table of keys declares. A getter that asks for another
/// one is a mistake of the plugin; it is reported as a fault and answered with a neutral value, so
/// that a faulty plugin does not take the engine down.
public struct ConfigurationObject: Sendable, Equatable {
  /// Names with a value: for known keys in the order of the table, for maps in that of the file.
  public private(set) var keys: [String] = []
  /// What the initializers of settings have found wrong so far.
  public private(set) var faults: [ConfigurationFault] = []
  /// Where the object stands.
  public let place: ConfigurationPlace
  /// The path in the file.
  public let path: String
  private var values: [String: ConfigurationValue] = [:]

  init(place: ConfigurationPlace, path: String) {
    self.place = place
    self.path = path
  }

  /// Objects are equal when names and values are.
  public static func == (left: ConfigurationObject, right: ConfigurationObject) -> Bool {
    left.values == right.values
  }

  mutating func set(_ name: String, _ value: ConfigurationValue) {
    if values.updateValue(value, forKey: name) == nil { keys.append(name) }
  }

  /// Puts the names in the order of a table.
  mutating func order(by table: [ConfigurationKey]) {
    keys = table.map(\.name).filter { values[$0] != nil }
  }

  /// Whether the key has a value, given or default.
  public func contains(_ name: String) -> Bool { values[name] != nil }

  /// Whether the file or the environment gives the key.
  public func isGiven(_ name: String) -> Bool { values[name].map { !$0.isDefault } ?? false }

  /// The value of a key, or nil when it has none.
  public subscript(name: String) -> ConfigurationValue? { values[name] }

  /// Where a key was given, or else where the object stands.
  public func place(of name: String) -> ConfigurationPlace { values[name]?.place ?? place }

  /// The object as JSON; see `ConfigurationValue.canonical`.
  public var canonical: JSONValue {
    JSONValue(
      .object(
        keys.compactMap { name in
          values[name].map { JSONMember(name: name, value: $0.canonical) }
        }))
  }

  // MARK: Faults

  /// Reports what is wrong between values; the settings' initializer goes on.
  /// - Parameters:
  ///   - key: the key, or a path below this object such as `rules[2].spec`; empty for the whole.
  ///   - expected: what would be right, such as `at most "maximum"`.
  ///   - found: what is there; without it the value is shown. Secrets are never shown, whatever is
  ///     passed here.
  ///   - suggestion: what was most likely meant, quoted as it would be written.
  ///   - column: where in the text of the value, from 1 in Unicode scalars; 0 for the whole.
  public mutating func fault(
    at key: String, expected: String, found: String? = nil, suggestion: String? = nil,
    column: Int = 0
  ) {
    let value = value(at: key)
    let shown: String
    if let value, value.isSecret {
      shown = "a secret value"
    } else {
      shown = found ?? value?.canonical.summary ?? "nothing"
    }
    faults.append(
      ConfigurationFault(
        place: value?.place ?? nearestPlace(to: key),
        path: ConfigurationPath.join(path, key) + (column > 0 ? ":\(column)" : ""),
        expected: expected, found: shown, suggestion: suggestion))
  }

  /// Takes over the faults of a nested object that was copied out and read.
  public mutating func absorb(_ nested: ConfigurationObject) {
    faults.append(contentsOf: nested.faults)
  }

  private func value(at key: String) -> ConfigurationValue? {
    var object = self
    var value: ConfigurationValue?
    for step in ConfigurationPath.steps(key) {
      switch step {
      case .name(let name): value = object.values[name]
      case .index(let index):
        guard let list = value?.list, list.indices.contains(index) else { return nil }
        value = list[index]
      }
      guard let found = value else { return nil }
      if let nested = found.object { object = nested }
    }
    return value
  }

  private func nearestPlace(to key: String) -> ConfigurationPlace {
    guard case .name(let first)? = ConfigurationPath.steps(key).first else { return place }
    return place(of: first)
  }
}
