internal import EngineCore
internal import Fanout
internal import WebProtocol

/// Where the clients of other systems find what they know.
extension WebServer {
  func addWebSockets(to routes: inout RouteTable, _ dialects: Set<Dialect>) {
    if dialects.contains(.forex) {
      routes.webSocket("/ws/ticks", dialect(.ticks))
      routes.fixed("/ws-test", TickDemoPage.text, type: "text/html; charset=utf-8")
    }
    if dialects.contains(.market) { routes.webSocket("/ws", dialect(.channels)) }
    // Clients that have a port of their own elsewhere name no path.
    if dialects.contains(.streaming) { routes.webSocket("/", dialect(.symbols)) }
    if dialects.contains(.tickers) {
      routes.webSocket("/ws/{ticker_id}") { [unowned self] name in dialect(.ticker, ticker: name) }
    }
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
