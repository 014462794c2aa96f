/// Who crossed the spread.
@frozen
public enum AggressorSide: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case unknown = 0
  case buy = 1
  case sell = 2
}

/// A trade, or a tick that carries one price.
@frozen
public struct Trade: BitwiseCopyable, Sendable {
  public var instrument: InstrumentID
  public var source: SourceID
  public var flags: EventFlags
  public var side: AggressorSide
  public var price: Price
  /// Undefined for a tick without a size.
  public var size: Quantity
  /// When it happened, by the venue's clock.
  public var eventTime: Timestamp
  /// When the engine took it in.
  public var receiveTime: Timestamp
  /// The venue's own number, or 0: orders trades of one time.
  public var venueSequence: UInt64

  @inlinable
  public init(
    instrument: InstrumentID, price: Price, size: Quantity = .undefined,
    side: AggressorSide = .unknown, eventTime: Timestamp, receiveTime: Timestamp,
    venueSequence: UInt64 = 0, source: SourceID = .none, flags: EventFlags = []
  ) {
    self.instrument = instrument
    self.source = source
    self.flags = flags
    self.side = side
    self.price = price
    self.size = size
    self.eventTime = eventTime
    self.receiveTime = receiveTime
    self.venueSequence = venueSequence
  }
}

extension Event {
  @inlinable public init(_ trade: Trade) {
    self.init(
      kind: .trade, flags: trade.flags, scope: trade.source.raw, instrument: trade.instrument)
    w2 = UInt64(bitPattern: trade.price.raw)
    w3 = UInt64(bitPattern: trade.size.raw)
    w4 = UInt64(bitPattern: trade.eventTime.nanoseconds)
    w5 = UInt64(bitPattern: trade.receiveTime.nanoseconds)
    w6 = trade.venueSequence
    w7 = UInt64(trade.side.rawValue)
  }

  /// The payload of a `trade`; meaningless for other kinds.
  @inlinable public var trade: Trade {
    Trade(
      instrument: instrument, price: Price(raw: Int64(bitPattern: w2)),
      size: Quantity(raw: Int64(bitPattern: w3)),
      side: AggressorSide(rawValue: UInt8(truncatingIfNeeded: w7)) ?? .unknown,
      eventTime: Timestamp(nanoseconds: Int64(bitPattern: w4)),
      receiveTime: Timestamp(nanoseconds: Int64(bitPattern: w5)), venueSequence: w6,
      source: source, flags: flags)
  }
}
