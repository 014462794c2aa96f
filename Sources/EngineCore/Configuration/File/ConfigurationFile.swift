/// The keys at the top of the file.
enum ConfigurationFile {
  /// What `instruments` may be.
  static let instruments = ConfigurationType.oneOf([
    .list(.record(InstrumentConfiguration.self), count: 0...65_536), .path,
    .object([.required("file", .path, "A CSV or JSON file with the instruments.")]),
  ])

  static let keys: [ConfigurationKey] = [
    .optional("$schema", .string, "The JSON Schema of this file, for editors."),
    .key("engine", .record(EngineSettings.self), default: [:], "The engine itself."),
    .optional(
      "instruments", instruments,
      "The instruments: a list, or a CSV or JSON file with one."),
    .key("plugins", .list(.json, count: 0...1024), default: [], "What runs."),
  ]
}
