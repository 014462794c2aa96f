internal import EngineCore
internal import Fanout
internal import WebProtocol

/// Where the clients of other systems find what they know.
extension WebServer {
  func addDialects(to routes: inout RouteTable) {
    routes.webSocket("/ws/ticks", dialect(.ticks))
    routes.webSocket("/ws", dialect(.channels))
    // Clients that have a port of their own elsewhere name no path.
    routes.webSocket("/", dialect(.symbols))
    routes.webSocket("/ws/{ticker_id}") { [unowned self] name in dialect(.ticker, ticker: name) }
    routes.fixed("/ws-test", TickDemoPage.text, type: "text/html; charset=utf-8")
  }

  private func dialect(_ grammar: DialectGrammar, ticker: String? = nil) -> WebSocketEndpoint {
    WebSocketEndpoint(
      handshake: ServerHandshake(deflate: nil, origins: settings.origins),
      limits: settings.streamSockets, wantsToken: true, needsToken: true
    ) { [unowned self] client, grant in
      DialectSession(
        client, grammar, feed: dialects, grant: grant ?? .open, ticker: ticker)
    }
  }
}
