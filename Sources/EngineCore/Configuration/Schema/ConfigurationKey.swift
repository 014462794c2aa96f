/// One setting: its name, type, default and documentation. A plugin lists its keys once.
///
/// ```swift
/// static let keys: [ConfigurationKey] = [
///   .required("file", .path, "The file to read."),
///   .key("interval", .duration(from: "1ms", to: "1h"), default: "1s", "Time between ticks."),
///   .optional("seed", .integer(), "Makes a run repeatable."),
/// ]
/// ```
public struct ConfigurationKey: Sendable {
  /// The name in the file: lower case with underscores.
  public let name: String
  /// What it may hold.
  public let type: ConfigurationType
  /// The default; nil for keys that are required or may be left out.
  public let defaultJSON: JSONValue?
  /// Whether the file must give it.
  public let isRequired: Bool
  /// Whether its value is never printed.
  public let isSecret: Bool
  /// One or two sentences for the docs and the JSON Schema.
  public let documentation: String

  private init(
    _ name: String, _ type: ConfigurationType, _ defaultJSON: JSONValue?, isRequired: Bool,
    isSecret: Bool, _ documentation: String
  ) {
    self.name = name
    self.type = type
    self.defaultJSON = defaultJSON
    self.isRequired = isRequired
    self.isSecret = isSecret
    self.documentation = documentation
  }

  /// The default as JSON text, or nil.
  public var defaultValue: String? { defaultJSON?.text() }

  /// A key that the file must give.
  public static func required(
    _ name: String, _ type: ConfigurationType, secret: Bool = false, _ documentation: String
  ) -> ConfigurationKey {
    ConfigurationKey(name, type, nil, isRequired: true, isSecret: secret, documentation)
  }

  /// A key that may be left out and then has no value.
  public static func optional(
    _ name: String, _ type: ConfigurationType, secret: Bool = false, _ documentation: String
  ) -> ConfigurationKey {
    ConfigurationKey(name, type, nil, isRequired: false, isSecret: secret, documentation)
  }

  /// A key that may be left out and then has a default.
  public static func key(
    _ name: String, _ type: ConfigurationType, default value: ConfigurationDefault,
    secret: Bool = false, _ documentation: String
  ) -> ConfigurationKey {
    ConfigurationKey(name, type, value.value, isRequired: false, isSecret: secret, documentation)
  }
}
