internal import EngineCore
internal import Fanout
internal import NIOHTTP1
internal import WebProtocol

/// Endpoints of the API: who may ask, and where the work is done.
extension WebServer {
  /// Adds what a listener serves, and the document that describes it.
  func addEndpoints(to routes: inout RouteTable, _ dialects: Set<Dialect>) {
    for dialect in Dialect.allCases where dialects.contains(dialect) {
      routes.add(dialect.endpoints)
    }
    routes.fixed(
      "/openapi.json", OpenAPIDocument(routes.endpoints).text, type: "application/json")
    for path in ["/docs", "/redoc"] {
      routes.fixed(path, DocumentPage.text, type: "text/html; charset=utf-8")
    }
    guard dialects.contains(.native) else { return }
    routes.webSocket(
      "/api/v1/ingest",
      WebSocketEndpoint(
        handshake: ServerHandshake(deflate: nil, origins: settings.origins),
        limits: settings.sockets, wantsToken: true, needsRight: .write
      ) { [unowned self] client, grant in
        IngestSession(client, grant: grant ?? .open, server: self)
      })
  }

  /// What comes of a request to an endpoint.
  func respond(
    to request: HTTPRequest, _ endpoint: RouteEndpoint, path: [String: Substring]
  ) -> Response {
    do throws(HTTPAnswer.Refusal) {
      let call = RESTCall(
        method: request.method,
        values: try endpoint.values(path: path, query: request.target.query),
        body: request.body, contentType: request.header("Content-Type")?.lowercased() ?? "",
        grant: try grant(of: request, for: endpoint.right), catalog: hub.catalog,
        capabilities: capabilities, clock: clock, door: door,
        durations: durations)
      switch endpoint.work {
      case .now(let work): return .answer(try work(call, state))
      case .later(let work):
        let refuse = endpoint.refuse
        return .later {
          do throws(HTTPAnswer.Refusal) {
            return try await work(call)
          } catch {
            return refuse(error)
          }
        }
      }
    } catch {
      return .answer(endpoint.refuse(error))
    }
  }

  private var state: RESTState {
    RESTState(hub: hub, figures: figures, counters: counters)
  }

  /// Begins work away from the event loop; false when there is too much of it.
  func begin(
    _ work: @escaping @Sendable () async -> HTTPAnswer, for connection: UInt64
  ) -> Bool {
    background.run { RESTResult(connection: connection, answer: await work()) } == .accepted
  }

  /// An answer has come back.
  func take(_ result: RESTResult) {
    (connections[result.connection] as? HTTPConnection)?.answered(result.answer)
  }

  // MARK: Rights

  /// The rights that a request shows, when they are enough.
  func grant(
    of request: HTTPRequest, for right: RouteEndpoint.Right
  ) throws(HTTPAnswer.Refusal) -> Access.Grant {
    if right != .read { try checkPlace(of: request) }
    guard !access.isOpen else {
      guard right != .admin else {
        throw HTTPAnswer.Refusal(
          status: 403, reason: "this needs a token with \"admin\": true; none is configured")
      }
      return .open
    }
    guard let token = request.token, let grant = access.grant(for: token) else {
      throw HTTPAnswer.Refusal(
        status: 401, reason: request.token == nil ? "a token is needed" : "nobody has this token",
        headers: [HTTPAnswer.HeaderField("WWW-Authenticate", "Bearer")])
    }
    switch right {
    case .read: break
    case .write:
      guard grant.isAdmin || !grant.publish.isEmpty else {
        throw HTTPAnswer.Refusal(
          status: 403, reason: "the token of \(grant.name) may not write: it has no \"publish\"")
      }
    case .watch, .admin:
      guard grant.isAdmin else {
        throw HTTPAnswer.Refusal(
          status: 403, reason: "the token of \(grant.name) has no \"admin\"")
      }
    }
    return grant
  }

  /// Refuses changes that come over a network in the clear, or from a page of somebody else.
  private func checkPlace(of request: HTTPRequest) throws(HTTPAnswer.Refusal) {
    let isLocal = request.address == "::1" || request.address.hasPrefix("127.")
    guard isLocal || settings.tls != nil || settings.proxies.contains(request.address) else {
      throw HTTPAnswer.Refusal(
        status: 403,
        reason: "changes from other hosts need \"tls\", or a proxy in \"proxies\"")
    }
    guard let origin = request.header("Origin") else { return }
    let host = request.forwardedHost ?? request.header("Host") ?? ""
    let isOwn = ["http://\(host)", "https://\(host)"].contains(origin)
    guard isOwn || settings.cors.allows(origin) else {
      throw HTTPAnswer.Refusal(
        status: 403, reason: "pages of \(origin) may not change anything: it is not in \"cors\"")
    }
  }
}
