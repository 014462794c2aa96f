/// A whole configuration file after validation: what the engine, the instruments and the plugins
/// are.
public struct EngineConfiguration: Sendable, Equatable {
  /// The name of the file, as given to the loader.
  public let file: String
  /// The `engine` object.
  public let engine: EngineSettings
  /// The instruments, also of files that the configuration names.
  public let instruments: [InstrumentConfiguration]
  /// The plugins in the order of the file, disabled ones included.
  public let plugins: [PluginConfiguration]
  /// What is odd and no reason to refuse the file.
  public let warnings: [ConfigurationFault]
  /// The `engine` object as validated values, for comparisons and printing.
  let engineObject: ConfigurationObject
  /// The `instruments` value as given, or nil.
  let instrumentsValue: ConfigurationValue?

  /// Configurations are equal when what they say is; the file name and warnings do not count.
  public static func == (left: EngineConfiguration, right: EngineConfiguration) -> Bool {
    left.engine == right.engine && left.instruments == right.instruments
      && left.plugins == right.plugins
  }

  /// The plugin of a name, or nil.
  public func plugin(named name: String) -> PluginConfiguration? {
    plugins.first { $0.name == name }
  }

  /// The effective configuration as JSON: defaults and overrides applied, values in their usual
  /// form, secrets as the reference they were given by or else masked.
  public var canonical: JSONValue {
    var members = [JSONMember(name: "engine", value: engineObject.canonical)]
    if let instrumentsValue {
      members.append(JSONMember(name: "instruments", value: instrumentsValue.canonical))
    }
    members.append(
      JSONMember(name: "plugins", value: JSONValue(.array(plugins.map(\.canonical)))))
    return JSONValue(.object(members))
  }

  /// The effective configuration as text.
  public func text(_ layout: JSONWriter.Layout = .indented) -> String { canonical.text(layout) }
}
