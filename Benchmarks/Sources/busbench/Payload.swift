import EngineCore

/// What the events of a run hold, and what a reader looks at.
protocol Payload: Sendable {
  static func event(_ i: UInt64) -> Event
  static func sum(_ events: borrowing Span<Event>) -> UInt64
  /// The sum over events 0 to n − 1, modulo 2^64.
  static func expected(_ n: UInt64) -> UInt64
}

/// 0 + 1 + … + (n − 1), modulo 2^64.
private func triangle(_ n: UInt64) -> UInt64 {
  n.isMultiple(of: 2) ? n / 2 &* (n &- 1) : (n - 1) / 2 &* n
}

/// A trade, made and read through the types that a plugin uses, all eight words of it.
enum Record: Payload {
  private static let instruments: UInt64 = 1024
  private static let source: UInt16 = 1

  @inline(__always)
  static func event(_ i: UInt64) -> Event {
    Event(
      Trade(
        instrument: InstrumentID(UInt32(truncatingIfNeeded: i % instruments)),
        price: Price(raw: word(2, i)), size: Quantity(raw: word(3, i)), side: .sell,
        eventTime: Timestamp(nanoseconds: word(4, i)),
        receiveTime: Timestamp(nanoseconds: word(5, i)),
        venueSequence: UInt64(bitPattern: word(6, i)), source: SourceID(source)))
  }

  @inline(__always)
  private static func word(_ k: UInt64, _ i: UInt64) -> Int64 {
    Int64(bitPattern: i &* (2 &* k &+ 1) &+ k &* 1_000_003)
  }

  @inline(__always)
  static func sum(_ events: borrowing Span<Event>) -> UInt64 {
    var sum: UInt64 = 0
    for index in events.indices {
      let event = events[index]
      let trade = event.trade
      sum &+= event.sequence
      sum &+= UInt64(event.kindCode) &+ UInt64(trade.source.raw) &+ UInt64(trade.instrument.raw)
      sum &+= UInt64(bitPattern: trade.price.raw) &+ UInt64(bitPattern: trade.size.raw)
      sum &+= UInt64(bitPattern: trade.eventTime.nanoseconds)
      sum &+= UInt64(bitPattern: trade.receiveTime.nanoseconds)
      sum &+= trade.venueSequence &+ UInt64(trade.side.rawValue)
    }
    return sum
  }

  static func expected(_ n: UInt64) -> UInt64 {
    let laps = n / instruments
    let rest = n % instruments
    var sum = triangle(n) &+ n  // the bus numbers from 1
    sum &+= laps &* triangle(instruments) &+ triangle(rest)
    let constants =
      UInt64(EventKind.trade.rawValue) + UInt64(source) + UInt64(AggressorSide.sell.rawValue)
    sum &+= n &* constants
    for k in UInt64(2)...6 { sum &+= triangle(n) &* (2 * k + 1) &+ n &* k &* 1_000_003 }
    return sum
  }
}

/// The same slot, of which one word changes and one is read.
enum Word: Payload {
  @inline(__always)
  static func event(_ i: UInt64) -> Event {
    Event(
      Trade(
        instrument: InstrumentID(1), price: Price(raw: Int64(bitPattern: i)), size: .zero,
        eventTime: Timestamp(nanoseconds: 0), receiveTime: Timestamp(nanoseconds: 0)))
  }

  @inline(__always)
  static func sum(_ events: borrowing Span<Event>) -> UInt64 {
    var sum: UInt64 = 0
    for index in events.indices { sum &+= UInt64(bitPattern: events[index].trade.price.raw) }
    return sum
  }

  static func expected(_ n: UInt64) -> UInt64 { triangle(n) }
}
