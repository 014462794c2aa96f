public import EngineCore

/// One price with its size and its place in the order of ticks.
///
/// Ties in time are ordered by the venue's number, then by source, then by position in the log, so
/// that a bar's open and close do not depend on the order of arrival.
public struct BarTick: BitwiseCopyable, Sendable {
  public var time: Int64
  public var price: Int64
  /// 0 for a tick without a size.
  public var size: Int64
  public var venueSequence: UInt64
  public var sequence: UInt64
  public var source: UInt16
  public var side: AggressorSide
  public var flags: EventFlags

  @inline(__always)
  public init(
    time: Int64, price: Int64, size: Int64, venueSequence: UInt64 = 0, sequence: UInt64 = 0,
    source: UInt16 = 0, side: AggressorSide = .unknown, flags: EventFlags = []
  ) {
    self.time = time
    self.price = price
    self.size = size
    self.venueSequence = venueSequence
    self.sequence = sequence
    self.source = source
    self.side = side
    self.flags = flags
  }

  /// A trade; without an event time it counts at the time of receipt.
  @inline(__always)
  init(_ trade: Trade, sequence: UInt64) {
    let isTimed = trade.eventTime.nanoseconds != 0
    self.init(
      time: isTimed ? trade.eventTime.nanoseconds : trade.receiveTime.nanoseconds,
      price: trade.price.raw, size: trade.size.isDefined ? trade.size.raw : 0,
      venueSequence: trade.venueSequence, sequence: sequence, source: trade.source.raw,
      side: trade.side, flags: isTimed ? trade.flags : trade.flags.union(.receiptTime))
  }

  /// A price of a quote; it has no size, as nothing was traded.
  @inline(__always)
  init(_ quote: Quote, price: Int64, sequence: UInt64) {
    let isTimed = quote.eventTime.nanoseconds != 0
    self.init(
      time: isTimed ? quote.eventTime.nanoseconds : quote.receiveTime.nanoseconds, price: price,
      size: 0, sequence: sequence, source: quote.source.raw,
      flags: isTimed ? quote.flags : quote.flags.union(.receiptTime))
  }

  /// Whether this comes before the other in the order of ticks.
  func precedes(_ other: BarTick) -> Bool {
    (time, venueSequence, source, sequence)
      < (other.time, other.venueSequence, other.source, other.sequence)
  }
}

extension Quote {
  /// When it counts: without an event time at the time of receipt.
  @inline(__always)
  var time: Int64 {
    eventTime.nanoseconds != 0 ? eventTime.nanoseconds : receiveTime.nanoseconds
  }

  /// The price that bars of that kind are made of; nil when that side is empty.
  @inline(__always)
  func price(_ kind: BarSpec.PriceKind) -> Int64? {
    switch kind {
    case .bid: return bid.isDefined ? bid.raw : nil
    case .ask: return ask.isDefined ? ask.raw : nil
    case .mid:
      guard bid.isDefined, ask.isDefined else { return nil }
      // The average without overflow, rounded down.
      return (bid.raw & ask.raw) + ((bid.raw ^ ask.raw) >> 1)
    case .last: return nil
    }
  }
}
