/// Where a rule comes from: who may change it.
enum RuleOrigin: Sendable, Hashable {
  /// The configuration file.
  case configuration
  /// A rule file.
  case file(String)
  /// A command.
  case command

  /// As it is stored and shown.
  var text: String {
    switch self {
    case .configuration: "configuration"
    case .file(let path): "file:\(path)"
    case .command: "command"
    }
  }

  init?(_ text: String) {
    switch text {
    case "configuration": self = .configuration
    case "command": self = .command
    default:
      guard text.hasPrefix("file:") else { return nil }
      self = .file(String(text.dropFirst(5)))
    }
  }
}
