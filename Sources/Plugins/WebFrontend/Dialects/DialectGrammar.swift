internal import EngineCore
internal import WebProtocol

/// What another system's WebSocket clients say, and what they are told.
enum DialectGrammar: Hashable {
  /// The price data system: one ticker, named by the path.
  case ticker
  /// The market data service: channels that are subscribed to.
  case channels
  /// The streaming system: lists of symbols.
  case symbols
  /// The FX service: every tick, and nothing is asked.
  case ticks

  /// For lists of clients.
  var name: String {
    switch self {
    case .ticker: "ticker"
    case .channels: "channels"
    case .symbols: "symbols"
    case .ticks: "ticks"
    }
  }

  /// Every event is of use; of the others only the newest of an instrument.
  var wantsAll: Bool { self == .ticks }

  // MARK: Said by clients

  enum Wish: Equatable {
    case subscribe([String])
    case unsubscribe([String])
    case wrong(String)
  }

  func wish(_ message: JSONValue) -> Wish {
    switch self {
    case .ticker, .ticks: return .wrong("nothing is expected from clients here")
    case .channels:
      guard let channel = message["channel"]?.string else {
        return .wrong("expected \"channel\", found \(message.summary)")
      }
      switch message["message_type"]?.string {
      case "subscribe": return .subscribe([channel])
      case "unsubscribe": return .unsubscribe([channel])
      default: return .wrong("message_type: expected subscribe or unsubscribe")
      }
    case .symbols:
      guard let symbols = message["symbols"]?.array?.compactMap(\.string), !symbols.isEmpty else {
        return .wrong("expected \"symbols\", a list of texts")
      }
      switch message["type"]?.string {
      case "subscribe": return .subscribe(symbols)
      case "unsubscribe": return .unsubscribe(symbols)
      default: return .wrong("type: expected subscribe or unsubscribe")
      }
    }
  }

  // MARK: Told to clients

  /// What a client is told when it has subscribed, or no longer is.
  func confirmation(_ names: [String], isSubscribed: Bool) -> [UInt8] {
    Self.frame { json in
      switch self {
      case .channels:
        json.member("message_type", "info")
        let text = isSubscribed ? "Subscribed to" : "Unsubscribed from"
        json.member("message", "\(text) \(names.joined(separator: ", "))")
      default:
        json.member("type", isSubscribed ? "subscribed" : "unsubscribed")
        json.array("symbols") { json in for name in names { json.value(name) } }
      }
    }
  }

  func failure(_ text: String) -> [UInt8] {
    Self.frame { json in
      json.member(self == .channels ? "message_type" : "type", "error")
      json.member("message", text)
    }
  }

  /// A trade; nil for a grammar that tells bars.
  func frame(_ trade: Trade, _ sequence: UInt64, _ key: String) -> [UInt8]? {
    switch self {
    case .channels: return nil
    case .ticker:
      return Self.frame { json in
        json.member("type", "price_update")
        json.object("data") { json in
          json.member("ticker_id", key)
          Self.number("price", trade.price, &json)
          json.member("timestamp", "\(trade.eventTime)")
        }
      }
    case .symbols:
      return Self.frame { json in
        json.member("type", "market_data")
        json.member("symbol", key)
        json.object("data") { json in
          json.member("symbol", key)
          Self.number("current_price", trade.price, &json)
          json.member("size", trade.size.isDefined ? .decimal(trade.size.text()) : .null)
          json.member("timestamp", "\(trade.eventTime)")
        }
      }
    case .ticks:
      return Self.frame { json in
        json.member("id", sequence)
        json.member("symbol", key)
        Self.number("price", trade.price, &json)
        json.member("time", "\(trade.eventTime)")
      }
    }
  }

  /// The bar of a day; nil for a grammar that tells trades.
  func frame(_ day: Bar, previous: Price?, _ key: String) -> [UInt8]? {
    guard self == .channels else { return nil }
    return Self.frame { json in
      json.member("message_type", "data")
      json.member("symbol", key)
      json.member("timestamp", "\(day.start)")
      Self.number("open", day.open, &json)
      Self.number("high", day.high, &json)
      Self.number("low", day.low, &json)
      Self.number("close", day.close, &json)
      json.name("volume")
      json.rawNumber(FixedPoint.text(wide: day.volume, decimals: 9))
      json.member("previous_close", previous.map { .decimal($0.text()) } ?? .null)
      Self.number("adj_close", day.close, &json)
      json.member("delivery_percentage", .null)
    }
  }

  private static func number(_ name: String, _ price: Price, _ json: inout JSONWriter) {
    json.name(name)
    json.rawNumber(price.text())
  }

  private static func frame(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.object(members)
    return WebSocketEncoder.frame(.text, json.bytes)
  }
}
