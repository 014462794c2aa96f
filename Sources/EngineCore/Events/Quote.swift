/// The best bid and offer.
@frozen
public struct Quote: BitwiseCopyable, Sendable {
  public var instrument: InstrumentID
  public var source: SourceID
  public var flags: EventFlags
  /// Undefined when that side is empty.
  public var bid: Price
  public var ask: Price
  /// Undefined when the source gives no sizes.
  public var bidSize: Quantity
  public var askSize: Quantity
  /// When it happened, by the venue's clock.
  public var eventTime: Timestamp
  /// When the engine took it in.
  public var receiveTime: Timestamp

  @inlinable
  public init(
    instrument: InstrumentID, bid: Price, ask: Price, bidSize: Quantity = .undefined,
    askSize: Quantity = .undefined, eventTime: Timestamp, receiveTime: Timestamp,
    source: SourceID = .none, flags: EventFlags = []
  ) {
    self.instrument = instrument
    self.source = source
    self.flags = flags
    self.bid = bid
    self.ask = ask
    self.bidSize = bidSize
    self.askSize = askSize
    self.eventTime = eventTime
    self.receiveTime = receiveTime
  }
}

extension Event {
  @inlinable public init(_ quote: Quote) {
    self.init(
      kind: .quote, flags: quote.flags, scope: quote.source.raw, instrument: quote.instrument)
    w2 = UInt64(bitPattern: quote.bid.raw)
    w3 = UInt64(bitPattern: quote.ask.raw)
    w4 = UInt64(bitPattern: quote.eventTime.nanoseconds)
    w5 = UInt64(bitPattern: quote.receiveTime.nanoseconds)
    w6 = UInt64(bitPattern: quote.bidSize.raw)
    w7 = UInt64(bitPattern: quote.askSize.raw)
  }

  /// The payload of a `quote`; meaningless for other kinds.
  @inlinable public var quote: Quote {
    Quote(
      instrument: instrument, bid: Price(raw: Int64(bitPattern: w2)),
      ask: Price(raw: Int64(bitPattern: w3)), bidSize: Quantity(raw: Int64(bitPattern: w6)),
      askSize: Quantity(raw: Int64(bitPattern: w7)),
      eventTime: Timestamp(nanoseconds: Int64(bitPattern: w4)),
      receiveTime: Timestamp(nanoseconds: Int64(bitPattern: w5)), source: source, flags: flags)
  }
}
