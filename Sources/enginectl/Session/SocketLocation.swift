import EngineCore

/// Where the daemon's socket is, and who said so.
struct SocketLocation: Equatable, Sendable {
  /// What named the path.
  enum Origin: Equatable, Sendable {
    case option, variable, configuration, fallback

    /// What an error about the path adds, so that a forgotten variable is found.
    var note: String {
      switch self {
      case .option, .fallback: ""
      case .variable: " (from \(SocketLocation.variable))"
      case .configuration: " (from engine.admin of ./\(SocketLocation.configurationFile))"
      }
    }
  }

  static let variable = "ENGINE_SOCKET"
  static let configurationFile = "plugins.json"
  static let fallbackPath = "run/engine.sock"

  var path: String
  var origin: Origin

  /// The first of: the option, the variable, `engine.admin` of the configuration file in this
  /// folder, the default. Empty texts count as absent.
  static func choose(
    option: String?, variable: String?, configuration: () -> [UInt8]?
  ) -> SocketLocation {
    if let option, !option.isEmpty { return SocketLocation(path: option, origin: .option) }
    if let variable, !variable.isEmpty { return SocketLocation(path: variable, origin: .variable) }
    // A file that cannot be read is the daemon's concern: here it only gives no path.
    if let bytes = configuration(), let file = try? JSONReader().read(bytes),
      let path = file["engine"]?["admin"]?.string, !path.isEmpty
    {
      return SocketLocation(path: path, origin: .configuration)
    }
    return SocketLocation(path: fallbackPath, origin: .fallback)
  }
}
