internal import EngineCore
internal import Fanout
internal import WebProtocol

/// What is found where. Other parts of the server (REST, dialects, pages) add theirs here.
extension WebServer {
  func addRoutes(to routes: inout RouteTable, _ dialects: Set<Dialect>) {
    routes.get("/health") { [unowned self] _ in health }
    routes.get("/ready") { [unowned self] _ in ready }
    routes.get("/metrics") { [unowned self] _ in metrics }
    if dialects.contains(.native) {
      addDashboard(to: &routes, directory: Self.directory)
    } else {
      routes.fixed("/", Self.directory, type: "text/plain; charset=utf-8")
    }
    addEndpoints(to: &routes, dialects)
    addWebSockets(to: &routes, dialects)
    if dialects.contains(.native) { addStreams(to: &routes) }
  }

  private func addStreams(to routes: inout RouteTable) {
    let level = max(settings.limits.compressionLevel, 1)
    routes.webSocket(
      "/api/v1/stream",
      WebSocketEndpoint(
        handshake: ServerHandshake(deflate: settings.deflate, origins: settings.origins),
        limits: settings.streamSockets, wantsToken: true
      ) { [unowned self] client, grant in StreamSession(client, grant: grant, server: self) })
    guard settings.hasEcho else { return }
    routes.webSocket(
      "/echo",
      WebSocketEndpoint(
        handshake: ServerHandshake(deflate: settings.deflate, origins: settings.origins),
        limits: settings.sockets, wantsToken: false
      ) { client, _ in EchoSession(client, level: level) })
  }

  /// What there is, for who comes with a browser.
  private static let directory = """
    Tickwire \(Release.version)

    /api/v1/stream  events, over WebSocket
    /docs           the rest of the API, for people; for programs /openapi.json
    /health         whether the engine does its work
    /ready          whether requests should be sent here
    /metrics        figures for Prometheus

    """

  // MARK: Health

  var figures: EngineFigures? {
    (try? capabilities.find(.engineFigures))?.figures()
  }

  /// Whether the engine does its work; what does not is named.
  private var health: HTTPAnswer {
    let figures = figures
    let failed = (figures?.plugins ?? []).filter { $0.state == .failed }
    return .json(status: failed.isEmpty ? 200 : 503) { json in
      json.member("status", failed.isEmpty ? "healthy" : "unhealthy")
      json.member("version", Release.version)
      json.member("epoch", String(hub.epoch))
      json.member("sequence", hub.log.next - 1)
      if let figures {
        json.member("uptime", DurationText.format(figures.uptimeNanos / 1_000_000 * 1_000_000))
        json.object("plugins") { json in
          for plugin in figures.plugins { json.member(plugin.name, plugin.state.rawValue) }
        }
      }
    }
  }

  /// Whether requests should be sent here: not before every plugin has started, nor while it stops.
  private var ready: HTTPAnswer {
    let waiting = (figures?.plugins ?? []).filter { $0.state == .starting || $0.state == .backoff }
    let isReady = !isDraining && waiting.isEmpty
    return .json(status: isReady ? 200 : 503) { json in
      json.member("ready", isReady)
      if !waiting.isEmpty {
        json.array("waiting") { json in for plugin in waiting { json.value(plugin.name) } }
      }
    }
  }
}
