internal import NIOHTTP1
internal import WebProtocol

/// What is found under which path. Each part of the server adds its own.
struct RouteTable {
  enum Route {
    /// Answered at once, on the event loop.
    case answer((HTTPRequest) -> HTTPAnswer)
    /// An endpoint of the API, with the named parts of the path.
    case endpoint(RouteEndpoint, [String: Substring])
    case webSocket(WebSocketEndpoint)
  }

  private var routes: [String: Route] = [:]
  private var webSockets: [String: WebSocketEndpoint] = [:]
  /// WebSockets whose path has a named part, which they are made with.
  private var namedWebSockets: [(path: RoutePath, make: (String) -> WebSocketEndpoint)] = []
  /// Endpoints by path, in the order in which they were added.
  private var fixed: [String: [RouteEndpoint]] = [:]
  private var patterns: [(path: RoutePath, endpoints: [RouteEndpoint])] = []
  /// All endpoints, for the document that describes them.
  private(set) var endpoints: [RouteEndpoint] = []

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
    webSockets[path] = endpoint
  }

  /// Adds WebSockets at a path with one named part; those at fixed paths come first.
  mutating func webSocket(_ path: String, _ make: @escaping (String) -> WebSocketEndpoint) {
    namedWebSockets.append((RoutePath(path), make))
  }

  /// The WebSocket at a path. A path may be a page as well: then the request has to ask for one.
  private func webSocket(_ request: HTTPRequest) -> WebSocketEndpoint? {
    let path = request.target.path
    let isAsked = request.header("Upgrade")?.lowercased() == "websocket"
    if let endpoint = webSockets[path] {
      return isAsked || routes[path] == nil ? endpoint : nil
    }
    guard !namedWebSockets.isEmpty else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for (pattern, make) in namedWebSockets {
      guard let text = pattern.match(parts)?.values.first,
        let name = URLText.decoded(text, isQuery: false)
      else { continue }
      return make(name)
    }
    return nil
  }

  /// Adds endpoints of the API.
  mutating func add(_ more: [RouteEndpoint]) {
    endpoints += more
    for endpoint in more {
      if endpoint.path.isFixed {
        fixed[endpoint.path.description, default: []].append(endpoint)
      } else if let place = patterns.firstIndex(where: { $0.path == endpoint.path }) {
        patterns[place].endpoints.append(endpoint)
      } else {
        patterns.append((endpoint.path, [endpoint]))
      }
    }
  }

  /// The endpoints of a path with its named parts, and the pattern that it is of.
  private func endpoints(
    at path: String
  ) -> (list: [RouteEndpoint], values: [String: Substring], label: String)? {
    if let list = fixed[path] { return (list, [:], path) }
    guard !patterns.isEmpty else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for (pattern, list) in patterns {
      if let values = pattern.match(parts) { return (list, values, pattern.description) }
    }
    return nil
  }

  /// What answers a request, or why nothing does.
  func find(_ request: HTTPRequest) -> Result<Route, HTTPAnswer.Refusal> {
    let path = request.target.path
    if let found = endpoints(at: path) {
      let method = request.method == .HEAD ? .GET : request.method
      if let endpoint = found.list.first(where: { $0.method == method }) {
        return .success(.endpoint(endpoint, found.values))
      }
      return .failure(refusal(path))
    }
    if let endpoint = webSocket(request) { return .success(.webSocket(endpoint)) }
    guard let route = routes[path] else {
      return .failure(
        HTTPAnswer.Refusal(status: 404, reason: "there is nothing at \(path)"))
    }
    if case .answer = route, request.method != .GET, request.method != .HEAD {
      return .failure(refusal(path))
    }
    return .success(route)
  }

  private func refusal(_ path: String) -> HTTPAnswer.Refusal {
    let methods = methods(at: path)
    let names = methods.dropLast()
    return HTTPAnswer.Refusal(
      status: 405, reason: "\(path) takes \(names.joined(separator: " and "))",
      headers: [HTTPAnswer.HeaderField("Allow", methods.joined(separator: ", "))])
  }

  /// The methods that a path takes; those of pages where nothing is known of it.
  func methods(at path: String) -> [String] {
    guard let found = endpoints(at: path) else { return ["GET", "HEAD", "OPTIONS"] }
    var names = found.list.map(\.method.rawValue)
    if let place = names.firstIndex(of: "GET") { names.insert("HEAD", at: place + 1) }
    return names + ["OPTIONS"]
  }

  /// The label of a path in figures: its own when it is known, so that clients cannot make up more.
  func label(of path: String) -> String {
    if let found = endpoints(at: path) { return found.label }
    if routes[path] != nil || webSockets[path] != nil { return path }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return namedWebSockets.first { $0.path.match(parts) != nil }?.path.description ?? "other"
  }
}
