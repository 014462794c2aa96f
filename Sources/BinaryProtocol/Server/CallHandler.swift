/// The code behind a method.
///
/// Handlers run in a task of their own, off the connection's actor. The task is cancelled when the
/// caller cancels, goes away, or its deadline passes. A thrown `CallError` reaches the caller as it
/// is; any other error as `unknown` with its description.
public enum CallHandler: Sendable {
  /// One request, one reply.
  public typealias Unary = @Sendable (CallContext, [UInt8]) async throws -> [UInt8]
  /// One request, any number of replies through the responder.
  public typealias Streaming = @Sendable (CallContext, [UInt8], CallResponder) async throws -> Void

  case unary(Unary)
  case streaming(Streaming)

  /// Whether it may reply more than once.
  public var isStreaming: Bool {
    if case .streaming = self { true } else { false }
  }
}
