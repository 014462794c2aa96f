/// What a listener serves besides health and figures: the engine's own API, or what clients of
/// another system expect.
enum Dialect: String, CaseIterable, Sendable {
  /// `/api/v1`, streams, charts and the document of it all.
  case native
  /// Of the real-time price data system.
  case tickers
  /// Of the market data service.
  case market
  /// Of the market data streaming system.
  case streaming
  /// Of the FX OHLC microservice.
  case forex

  /// What is requested and answered; WebSockets come beside it.
  var endpoints: [RouteEndpoint] {
    switch self {
    case .native:
      [
        MarketRoutes.endpoints, PastRoutes.endpoints, TickEditing.endpoints,
        AlertRoutes.endpoints, AlertRuleRoutes.endpoints, EngineRoutes.endpoints,
        OperationsRoutes.endpoints, SpecRoutes.endpoints, ChartRoutes.endpoints,
      ].flatMap { $0 }
    case .tickers: VirtualTickerDialect.endpoints
    case .market: MarketServiceDialect.endpoints
    case .streaming: StreamingSystemDialect.endpoints + StreamingAlerts.endpoints
    case .forex: ForexDialect.endpoints
    }
  }
}
