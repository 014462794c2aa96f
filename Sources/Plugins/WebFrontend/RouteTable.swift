internal import NIOHTTP1

/// What is found under which path. Each part of the server adds its own.
struct RouteTable {
  enum Route {
    /// Answered at once, on the event loop.
    case answer((HTTPRequest) -> HTTPAnswer)
    case webSocket(WebSocketEndpoint)
  }

  private var routes: [String: Route] = [:]

  /// Adds a path that GET and HEAD read.
  mutating func get(_ path: String, _ answer: @escaping (HTTPRequest) -> HTTPAnswer) {
    routes[path] = .answer(answer)
  }

  /// Adds a path with data that stays as it is.
  mutating func fixed(_ path: String, _ body: String, type: String) {
    let answer = HTTPAnswer.fixed(Array(body.utf8), type: type)
    get(path) { _ in answer }
  }

  mutating func webSocket(_ path: String, _ endpoint: WebSocketEndpoint) {
    routes[path] = .webSocket(endpoint)
  }

  /// What answers a request, or why nothing does.
  func find(_ request: HTTPRequest) -> Result<Route, HTTPAnswer.Refusal> {
    guard let route = routes[request.target.path] else {
      return .failure(
        HTTPAnswer.Refusal(status: 404, reason: "there is nothing at \(request.target.path)"))
    }
    switch route {
    case .webSocket: return .success(route)
    case .answer:
      guard request.method == .GET || request.method == .HEAD else {
        return .failure(
          HTTPAnswer.Refusal(
            status: 405, reason: "\(request.target.path) takes GET and HEAD",
            headers: [HTTPAnswer.HeaderField("Allow", "GET, HEAD, OPTIONS")]))
      }
      return .success(route)
    }
  }

  /// The label of a path in figures: its own when it is known, so that clients cannot make up more.
  func label(of path: String) -> String { routes[path] == nil ? "other" : path }
}
