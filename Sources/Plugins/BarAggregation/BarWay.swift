internal import EngineCore

/// A tick of a batch and where it goes.
struct BarWay {
  let tick: BarTick
  let received: Int64
  /// As in `BarRoute`.
  let cell: Int32
  let spec: Int
}

/// Kinds of events that are ticks. For each there is a loop of its own (`addInOrder`): what only
/// the other needs takes none of its registers.
protocol BarTickKind {
  static func way(_ event: Event, _ route: BarRoute) -> BarWay
}

extension BarWay {
  enum OfTrade: BarTickKind {
    @inline(__always)
    static func way(_ event: Event, _ route: BarRoute) -> BarWay {
      let trade = event.trade
      return BarWay(
        tick: BarTick(trade, sequence: event.sequence),
        received: trade.receiveTime.nanoseconds, cell: route.trade, spec: Int(route.tradeSpec))
    }
  }

  enum OfQuote: BarTickKind {
    @inline(__always)
    static func way(_ event: Event, _ route: BarRoute) -> BarWay {
      let quote = event.quote
      let price = quote.price(route.price)
      return BarWay(
        tick: BarTick(quote, price: price ?? 0, sequence: event.sequence),
        received: quote.receiveTime.nanoseconds,
        cell: price == nil && route.quote >= 0 ? BarRoute.nowhere : route.quote,
        spec: Int(route.quoteSpec))
    }
  }
}
