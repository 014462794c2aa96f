/// Where a setting was given.
public enum ConfigurationPlace: Sendable, Hashable, CustomStringConvertible {
  /// In a file.
  case text(file: String, TextPosition)
  /// In an environment variable that overrides the file.
  case environment(String)

  /// `plugins.json:12:18`, or `environment ENGINE__engine__ring`.
  public var description: String {
    switch self {
    case .text(let file, let position): "\(file):\(position)"
    case .environment(let name): "environment \(name)"
    }
  }

  /// Files come first, in reading order; the environment follows.
  static func precedes(_ left: ConfigurationPlace, _ right: ConfigurationPlace) -> Bool {
    switch (left, right) {
    case (.text(let first, let early), .text(let second, let late)):
      // Faults of other files stay behind those of the file that names them.
      first == second ? early < late : false
    case (.text, .environment): true
    case (.environment, .text): false
    case (.environment(let first), .environment(let second)): first < second
    }
  }
}
