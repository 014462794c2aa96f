/// Lets a plugin, and whoever it gives this to, send it commands: they are recorded in the log and
/// handled at their place in it, so that what follows from them repeats. Any thread may use it.
public struct OwnCommands: Sendable {
  typealias Reply = @Sendable (Result<JSONValue, PluginError>) -> Void

  private let send: @Sendable (PluginCommand, @escaping Reply) -> Void

  init(_ send: @escaping @Sendable (PluginCommand, @escaping Reply) -> Void) { self.send = send }

  /// Of an instance that nobody sends anything to.
  static let none = OwnCommands { _, reply in
    reply(.failure(PluginError("there is nobody to send the command to")))
  }

  /// Sends a command; `reply` is called once, from any thread.
  public func send(
    _ name: String, _ arguments: JSONValue,
    reply: @escaping @Sendable (Result<JSONValue, PluginError>) -> Void = { _ in }
  ) {
    send(PluginCommand(name: name, arguments: arguments), reply)
  }

  /// Sends a command and waits for its answer.
  public func ask(
    _ name: String, _ arguments: JSONValue
  ) async throws(PluginError) -> JSONValue {
    let result = await withCheckedContinuation { continuation in
      send(name, arguments) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }
}
