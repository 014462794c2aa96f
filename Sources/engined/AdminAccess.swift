internal import BinaryProtocol
internal import EngineCore

/// The admin methods, for plugins that pass calls on to them.
struct AdminAccess: AdminCalls {
  private let router: CallRouter
  let methods: [AdminMethod]

  init(_ router: CallRouter) {
    self.router = router
    // Every server answers these two for itself.
    methods = router.methods.filter { $0.name != "health" && $0.name != "describe" }.map {
      AdminMethod(
        name: $0.name, summary: $0.summary, isStreaming: $0.handler.isStreaming)
    }
  }

  func call(
    _ method: String, _ request: [UInt8], isUnary: Bool,
    send: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> [UInt8]? {
    let responder = CallResponder { message in
      do {
        try await send(message)
        return nil
      } catch {
        return error as? CallError ?? CallError(.unknown, "\(error)")
      }
    }
    return try await router.call(
      CallRequest(method: method, isUnary: isUnary, payload: request),
      CallContext(method: method), responder)
  }
}
