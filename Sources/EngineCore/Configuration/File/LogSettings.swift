/// The `engine.log` object.
public struct LogSettings: ConfigurationRecord {
  /// How lines are written.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// For people.
    case text
    /// One JSON object a line.
    case json
  }

  /// The table of keys.
  public static let keys: [ConfigurationKey] = [
    .key("level", .choice(of: LogLevel.self), default: "info", "Lines below it are not written."),
    .key("format", .choice(of: Format.self), default: "text", "Text for people, JSON for tools."),
    .optional("file", .path, "Where to write; without it, to standard error."),
    .key(
      "history", .integer(0...1_000_000), default: 2000,
      "Lines kept in memory for `enginectl logs`."),
  ]

  /// Lines below it are not written.
  public let level: LogLevel
  /// How lines are written.
  public let format: Format
  /// Where to write; nil for standard error.
  public let file: String?
  /// Lines kept in memory.
  public let historyLines: Int

  /// Takes the values of a validated object.
  public init(from object: inout ConfigurationObject) {
    level = object.choice("level", as: LogLevel.self)
    format = object.choice("format", as: Format.self)
    file = object.optionalString("file")
    historyLines = Int(object.integer("history"))
  }
}
