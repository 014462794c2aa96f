import ArgumentParser
import EngineCore

/// Which plugin of a type a command is for: the one that is named, or the only one.
struct PluginTarget<Plugin: TargetedPlugin>: ParsableArguments, Sendable {
  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp(
      "The \(Plugin.type) plugin's name; not needed when there is one.", valueName: "name"),
    completion: .pluginNames)
  var name: String?

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
    let names = try await engine.plugins(ofType: Plugin.type)
    if names.count == 1 { return names[0] }
    throw ControlError(
      .refused,
      names.isEmpty ? "no plugin \(Plugin.work.ofOne)" : "several plugins \(Plugin.work.ofSeveral)",
      hint: names.isEmpty
        ? "add one of type \"\(Plugin.type)\" to the configuration"
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
