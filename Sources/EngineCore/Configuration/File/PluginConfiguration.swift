/// One entry of `plugins`.
public struct PluginConfiguration: Sendable, Equatable {
  /// Keys of an entry. The keys of `config` depend on the type.
  static let keys: [ConfigurationKey] = [
    .required(
      "name", .text(.name), "A name of its own: lower-case letters, digits, `-` and `_`."),
    .required("type", .text(TextRule("a kind of plugin") { _ in true }), "The kind of plugin."),
    .key("enabled", .boolean, default: true, "Whether it is started with the engine."),
    .optional("lane", .text(.name), "Plugins that name the same lane share a thread."),
    .optional("log", .choice(of: LogLevel.self), "Its log level, in place of the engine's."),
    .optional(
      "restart", .object(RestartSettings.pluginKeys),
      "Its restart policy; keys left out are those of `engine.restart`."),
    .key("config", .json, default: [:], "Its settings, by type."),
  ]

  /// Its name, unique in the file.
  public let name: String
  /// The kind of plugin.
  public let kind: String
  /// Whether it is started with the engine.
  public let isEnabled: Bool
  /// The lane it asks for, or nil when any will do.
  public let lane: String?
  /// Its log level, or nil for the engine's.
  public let logLevel: LogLevel?
  /// Its restart policy, the engine's where the entry says nothing.
  public let restart: RestartSettings
  /// Its settings, validated.
  public let config: ConfigurationObject
  /// Where the entry stands.
  public let place: ConfigurationPlace
  /// The path of the entry, such as `plugins[2]`.
  public let path: String
  /// The whole entry after validation, `config` excepted.
  let entry: ConfigurationObject

  /// Entries are equal when what they say is; places do not count.
  public static func == (left: PluginConfiguration, right: PluginConfiguration) -> Bool {
    left.name == right.name && left.kind == right.kind && left.isEnabled == right.isEnabled
      && left.lane == right.lane && left.logLevel == right.logLevel
      && left.restart == right.restart && left.config == right.config
  }

  /// The settings as compact JSON in their usual form, defaults written out, secrets masked or by
  /// reference.
  public var canonicalConfig: String { config.canonical.text() }

  /// The entry as JSON; see `ConfigurationValue.canonical`.
  public var canonical: JSONValue {
    var members = entry.canonical.object ?? []
    members.removeAll { $0.name == "config" }
    members.append(JSONMember(name: "config", value: config.canonical))
    return JSONValue(.object(members))
  }

  /// The settings as the plugin's own type. The loader has run this initializer before without
  /// faults.
  public func settings<Settings: PluginSettings>(as type: Settings.Type) -> Settings {
    var object = config
    return Settings(from: &object)
  }
}
