internal import BinaryProtocol
internal import EngineCore
internal import Fanout

/// The methods of the admin socket, for those who have the right to them.
extension FeedServer {
  private var admin: (any AdminCalls)? { try? capabilities.find(.adminCalls) }

  /// What `describe` lists.
  var description: ServiceDescription {
    let control = (admin?.methods ?? []).map {
      ServiceDescription.Method(
        name: $0.name, summary: $0.summary, isStreaming: $0.isStreaming)
    }
    return ServiceDescription(
      protocolVersion: WireFormat.versions.upperBound,
      methods: (Self.methods + control).sorted { $0.name < $1.name })
  }

  /// A method that is not of the feed.
  func control(
    _ request: CallRequest, _ stream: UInt32, _ connection: FeedConnection
  ) throws(CallError) {
    guard let admin, let method = admin.methods.first(where: { $0.name == request.method }) else {
      throw CallError(
        .unimplemented, "unknown method \(request.method)",
        hint: "describe lists the methods of this server")
    }
    let grant = try grant(of: request, connection)
    guard grant.isAdmin else {
      throw CallError(
        .permissionDenied,
        access.isOpen
          ? "without tokens nobody may control the engine from here"
          : "\(grant.name) may not control the engine",
        hint: "a token with \"admin\": true may; so may who reaches the admin socket")
    }
    guard !(method.isStreaming && request.isUnary) else {
      throw CallError(.invalidArgument, "\(method.name) is a stream")
    }
    let call = AdminCall(stream: stream, connection: connection)
    connection.adminCalls[stream] = call
    call.start(request, admin, inbox)
  }

  /// What a method has to say arrives.
  func take(_ news: AdminCall.News) {
    connections[news.connection]?.adminCalls[news.stream]?.take(news.kind)
  }
}
