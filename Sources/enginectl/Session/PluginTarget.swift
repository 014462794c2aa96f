import ArgumentParser
import EngineCore

/// Which plugin of a type a command is for: the one that is named, or the only one.
protocol PluginTarget: ParsableArguments, Sendable {
  var name: String? { get }
  static var pluginType: String { get }
  /// What such a plugin does, to be told when there is none or more than one: "makes bars".
  static var work: (ofOne: String, ofSeveral: String) { get }
}

extension PluginTarget {
  /// Sends a command to the plugin.
  func call(
    _ command: String, _ arguments: [(String, JSONValue?)], in session: Session
  ) async throws(ControlError) -> JSONValue {
    let engine = try await session.connect()
    return try await engine.command(
      command, arguments, of: try await resolved(engine))
  }

  /// The given name, or that of the only plugin of the type.
  private func resolved(_ engine: EngineConnection) async throws(ControlError) -> String {
    if let name { return name }
    let names = try await engine.plugins(ofType: Self.pluginType)
    if names.count == 1 { return names[0] }
    throw ControlError(
      .refused,
      names.isEmpty ? "no plugin \(Self.work.ofOne)" : "several plugins \(Self.work.ofSeveral)",
      hint: names.isEmpty
        ? "add one of type \"\(Self.pluginType)\" to the configuration"
        : "name one with --plugin: \(names.joined(separator: ", "))")
  }
}

extension EngineConnection {
  /// The names of the plugins of a type.
  func plugins(ofType type: String) async throws(ControlError) -> [String] {
    try await call("plugins.list").list("plugins", of: "plugins.list")
      .map(PluginRow.init).filter { $0.type == type }.map(\.name)
  }

  /// Sends a command to a plugin; its reply.
  func command(
    _ command: String, _ arguments: [(String, JSONValue?)], of plugin: String
  ) async throws(ControlError) -> JSONValue {
    let call = PluginCall(
      name: plugin, command: command, arguments: JSONValue.object([]).adding(arguments))
    return try await self.call("plugins.command", call.request)["reply"] ?? .null
  }
}
