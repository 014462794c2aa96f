/// Answers what the admin socket answers, for plugins through which programs reach the engine. Who
/// may call is for the plugin to decide.
public protocol AdminCalls: Sendable {
  /// What can be called.
  var methods: [AdminMethod] { get }

  /// Makes one call, in JSON as docs/admin.md has it. Every message of a streaming method is given
  /// to `send`; the one of another is returned. Cancelling the task ends the call. What is thrown
  /// is for the caller.
  func call(
    _ method: String, _ request: [UInt8], isUnary: Bool,
    send: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> [UInt8]?
}

extension CapabilityKey<any AdminCalls> {
  /// Control of the engine. Offered by the daemon around it.
  public static var adminCalls: Self {
    CapabilityKey(name: "control of the engine", providers: [])
  }
}
