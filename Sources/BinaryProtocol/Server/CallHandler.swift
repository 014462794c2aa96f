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

  /// Runs it, off the caller's actor: a handler that computes holds no connection up.
  @concurrent func answer(
    _ context: CallContext, _ payload: [UInt8], _ responder: CallResponder
  ) async -> Result<[UInt8]?, CallError> {
    do {
      switch self {
      case .unary(let body): return .success(try await body(context, payload))
      case .streaming(let body):
        try await body(context, payload, responder)
        return .success(nil)
      }
    } catch let error as CallError {
      return .failure(error)
    } catch is CancellationError {
      return .failure(CallError(.cancelled, "the handler was cancelled"))
    } catch {
      return .failure(CallError(.unknown, "\(error)"))
    }
  }

  /// Whether it may reply more than once.
  public var isStreaming: Bool {
    if case .streaming = self { true } else { false }
  }
}
