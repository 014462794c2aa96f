/// The methods of a server by name, `health` and `describe` among them.
public struct CallRouter: Sendable {
  private var byName: [String: CallMethod] = [:]

  /// A router that answers `health` with what the closure says.
  public init(health: @escaping @Sendable () async -> ServerHealth = { ServerHealth.serving }) {
    unary("health", summary: "Says whether the server is ready to work.") { _, _ in
      await health().encoded
    }
    // The description is made when asked, by the server, which knows the final list.
    unary("describe", summary: "Lists the methods and the protocol version.") { _, _ in
      throw CallError(.internalError, "describe is answered by the server")
    }
  }

  /// All methods, by name.
  public var methods: [CallMethod] { byName.values.sorted { $0.name < $1.name } }

  /// What `describe` answers.
  public var description: ServiceDescription {
    ServiceDescription(
      protocolVersion: WireFormat.versions.upperBound,
      methods: methods.map {
        ServiceDescription.Method(
          name: $0.name, summary: $0.summary, isStreaming: $0.handler.isStreaming)
      })
  }

  /// Adds a method that replies once. The name must be new and of 1 to 255 bytes.
  public mutating func unary(
    _ name: String, summary: String, _ handler: @escaping CallHandler.Unary
  ) {
    register(CallMethod(name: name, summary: summary, handler: .unary(handler)))
  }

  /// Adds a method that replies with a stream. The name must be new and of 1 to 255 bytes.
  public mutating func streaming(
    _ name: String, summary: String, _ handler: @escaping CallHandler.Streaming
  ) {
    register(CallMethod(name: name, summary: summary, handler: .streaming(handler)))
  }

  /// Adds a method. The name must be new and of 1 to 255 bytes.
  public mutating func register(_ method: CallMethod) {
    precondition(
      (1...WireFormat.methodBytesMax).contains(method.name.utf8.count),
      "a method name has 1 to 255 bytes")
    precondition(byName[method.name] == nil, "method \(method.name) is registered twice")
    byName[method.name] = method
  }

  /// Makes a call that came by another way than a `CallServer`. Returns the reply of a unary
  /// method, and nil at the end of a stream.
  public func call(
    _ request: CallRequest, _ context: CallContext, _ responder: CallResponder
  ) async throws(CallError) -> [UInt8]? {
    try await handler(for: request).answer(context, request.payload, responder).get()
  }

  /// The handler for a request, or the error its caller gets.
  func handler(for request: CallRequest) throws(CallError) -> CallHandler {
    if request.method == "describe" {
      let reply = description.encoded
      return .unary { _, _ in reply }
    }
    guard let method = byName[request.method] else {
      throw CallError(
        .unimplemented, "unknown method \(request.method)",
        hint: "describe lists the methods of this server")
    }
    if request.isUnary && method.handler.isStreaming {
      throw CallError(
        .invalidArgument, "method \(request.method) answers with a stream",
        hint: "call it as a stream")
    }
    return method.handler
  }
}
