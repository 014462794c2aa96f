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
}
