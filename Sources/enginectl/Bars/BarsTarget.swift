import ArgumentParser
import EngineCore

/// Which plugin a command about bars is for.
struct BarsTarget: ParsableArguments, Sendable {
  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp("The bars plugin's name; not needed when there is one.", valueName: "name"),
    completion: .pluginNames)
  var name: String?

  /// Sends a command to the plugin.
  func call(
    _ command: String, _ arguments: [(String, JSONValue?)], in session: Session
  ) async throws(ControlError) -> JSONValue {
    let engine = try await session.connect()
    let call = PluginCall(
      name: try await resolved(engine), command: command,
      arguments: JSONValue.object([]).adding(arguments))
    let reply = try await engine.call("plugins.command", call.request)
    return reply["reply"] ?? .null
  }

  /// The given name, or that of the only plugin of the type.
  private func resolved(_ engine: EngineConnection) async throws(ControlError) -> String {
    if let name { return name }
    let names = try await engine.call("plugins.list").list("plugins", of: "plugins.list")
      .map(PluginRow.init).filter { $0.type == "bars" }.map(\.name)
    if names.count == 1 { return names[0] }
    throw ControlError(
      .refused,
      names.isEmpty ? "no plugin makes bars" : "several plugins make bars",
      hint: names.isEmpty
        ? "add one of type \"bars\" to the configuration"
        : "name one with --plugin: \(names.joined(separator: ", "))")
  }
}
