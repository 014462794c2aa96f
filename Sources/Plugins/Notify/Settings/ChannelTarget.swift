internal import EngineCore

/// Where the messages of a channel go.
enum ChannelTarget: Sendable, Equatable {
  case webhook(WebhookSettings)
  case ntfy(NtfySettings)
  case email(EmailSettings)
  case alertmanager(AlertmanagerSettings)
  case command(CommandSettings)
  case log(LogFileSettings)
  /// The settings were refused.
  case none

  static let names = ["webhook", "email", "ntfy", "alertmanager", "command", "log"]

  /// Takes the one that is given.
  init(from object: inout ConfigurationObject) {
    let given = Self.names.filter { object.contains($0) }
    var found: [ChannelTarget] = []
    if let settings = object.optionalRecord("webhook", as: WebhookSettings.self) {
      found.append(.webhook(settings))
    }
    if let settings = object.optionalRecord("email", as: EmailSettings.self) {
      found.append(.email(settings))
    }
    if let settings = object.optionalRecord("alertmanager", as: AlertmanagerSettings.self) {
      found.append(.alertmanager(settings))
    }
    if let settings = object.optionalRecord("ntfy", as: NtfySettings.self) {
      found.append(.ntfy(settings))
    }
    if let settings = object.optionalRecord("command", as: CommandSettings.self) {
      found.append(.command(settings))
    }
    if let settings = object.optionalRecord("log", as: LogFileSettings.self) {
      found.append(.log(settings))
    }
    if given.count != 1 {
      object.fault(
        at: "", expected: "one of \(Self.names.joined(separator: ", "))",
        found: given.isEmpty ? "none of them" : given.joined(separator: " and "))
    }
    self = found.first ?? .none
  }

  var kind: String {
    switch self {
    case .webhook: "webhook"
    case .ntfy: "ntfy"
    case .email: "email"
    case .alertmanager: "alertmanager"
    case .command: "command"
    case .log: "log"
    case .none: "none"
    }
  }
}
