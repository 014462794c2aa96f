import ArgumentParser
import EngineCore

/// `enginectl clients list`
struct ClientsListCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the clients of all frontends, or of one.")

  @Option(
    help: ArgumentHelp("Only clients of this frontend.", valueName: "name"),
    completion: .pluginNames)
  var plugin: String?

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    let frontends = if let plugin { [plugin] } else { try await engine.frontends() }
    guard !frontends.isEmpty else {
      throw ControlError(
        .refused, "no frontend runs", hint: "add a plugin of type \"websocket\" or \"binary\"")
    }
    var clients: [JSONValue] = []
    for frontend in frontends {
      let reply = try await engine.command("connections", [], of: frontend)
      guard let list = reply.array else {
        throw .malformed("connections", "no list of connections")
      }
      clients += list.map { client in
        let place = ClientPlace(plugin: frontend, number: client.integer("connection") ?? 0)
        return JSONValue.object([("id", .string(place.text)), ("plugin", .string(frontend))])
          .adding((client.object ?? []).map { ($0.name, $0.value) })
      }
    }
    let rows = clients
    try session.show(.object([("clients", .array(rows))])) { _, style in
      ClientTable.lines(rows, style: style)
    }
  }
}

extension EngineConnection {
  /// Plugins that run and have clients.
  func frontends() async throws(ControlError) -> [String] {
    try await call("plugins.list").list("plugins", of: "plugins.list")
      .map(PluginRow.init)
      .filter { ["binary", "websocket"].contains($0.type) && $0.state == "running" }
      .map(\.name)
  }
}
