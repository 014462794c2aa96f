/// What several trades of one instrument come to; rides in a `trade` with the flag `conflated`,
/// whose own price and size are those of the last one.
@frozen
public struct TradeRange: BitwiseCopyable, Sendable, Equatable {
  public var first: Price
  public var high: Price
  public var low: Price
  public var last: Price
  /// Sum of the defined sizes, in 10⁻⁹.
  public var volume: Int128
  public var count: UInt64

  public init(_ trade: Trade) {
    first = trade.price
    high = trade.price
    low = trade.price
    last = trade.price
    volume = trade.size.isDefined ? Int128(trade.size.raw) : 0
    count = 1
  }

  public mutating func add(_ trade: Trade) {
    high = max(high, trade.price)
    low = min(low, trade.price)
    last = trade.price
    if trade.size.isDefined { volume += Int128(trade.size.raw) }
    count += 1
  }

  init(
    first: Price, high: Price, low: Price, last: Price, volume: Int128, count: UInt64
  ) {
    self.first = first
    self.high = high
    self.low = low
    self.last = last
    self.volume = volume
    self.count = count
  }
}

extension Event {
  /// The range of a conflated trade; meaningless without the flag.
  public internal(set) var tradeRange: TradeRange {
    get {
      TradeRange(
        first: Price(raw: Int64(bitPattern: w8)), high: Price(raw: Int64(bitPattern: w9)),
        low: Price(raw: Int64(bitPattern: w10)), last: Price(raw: Int64(bitPattern: w2)),
        volume: Int128(Int64(bitPattern: w12)) << 64 | Int128(w11), count: w13)
    }
    set {
      w8 = UInt64(bitPattern: newValue.first.raw)
      w9 = UInt64(bitPattern: newValue.high.raw)
      w10 = UInt64(bitPattern: newValue.low.raw)
      w11 = UInt64(truncatingIfNeeded: newValue.volume)
      w12 = UInt64(truncatingIfNeeded: newValue.volume >> 64)
      w13 = newValue.count
    }
  }
}
