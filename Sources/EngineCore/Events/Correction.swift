/// Cancels or replaces one earlier trade, named by its position.
@frozen
public struct Correction: BitwiseCopyable, Sendable {
  public var instrument: InstrumentID
  public var source: SourceID
  public var flags: EventFlags
  /// The trade that is corrected.
  public var target: UInt64
  public var oldTime: Timestamp
  public var oldPrice: Price
  public var oldSize: Quantity
  /// Undefined price: the trade is cancelled.
  public var newPrice: Price
  public var newSize: Quantity

  @inlinable public var isCancel: Bool { !newPrice.isDefined }

  @inlinable
  public init(
    target: UInt64, instrument: InstrumentID, oldTime: Timestamp, oldPrice: Price,
    oldSize: Quantity, newPrice: Price, newSize: Quantity, source: SourceID = .none,
    flags: EventFlags = []
  ) {
    self.instrument = instrument
    self.source = source
    self.flags = flags
    self.target = target
    self.oldTime = oldTime
    self.oldPrice = oldPrice
    self.oldSize = oldSize
    self.newPrice = newPrice
    self.newSize = newSize
  }

  /// The trade that it corrects as it is to be understood since, at the same position; nil when it
  /// is cancelled. Everything but price and size is as it was.
  public func applied(to event: Event) -> Event? {
    precondition(event.kind == .trade, "only trades are corrected")
    guard !isCancel else { return nil }
    var trade = event.trade
    trade.price = newPrice
    trade.size = newSize
    var corrected = Event(trade)
    corrected.sequence = event.sequence
    return corrected
  }
}

extension Event {
  @inlinable public init(_ correction: Correction) {
    self.init(
      kind: .correction, flags: correction.flags, scope: correction.source.raw,
      instrument: correction.instrument)
    w2 = correction.target
    w3 = UInt64(bitPattern: correction.oldTime.nanoseconds)
    w4 = UInt64(bitPattern: correction.oldPrice.raw)
    w5 = UInt64(bitPattern: correction.oldSize.raw)
    w6 = UInt64(bitPattern: correction.newPrice.raw)
    w7 = UInt64(bitPattern: correction.newSize.raw)
  }

  /// The payload of a `correction`; meaningless for other kinds.
  @inlinable public var correction: Correction {
    Correction(
      target: w2, instrument: instrument,
      oldTime: Timestamp(nanoseconds: Int64(bitPattern: w3)),
      oldPrice: Price(raw: Int64(bitPattern: w4)), oldSize: Quantity(raw: Int64(bitPattern: w5)),
      newPrice: Price(raw: Int64(bitPattern: w6)), newSize: Quantity(raw: Int64(bitPattern: w7)),
      source: source, flags: flags)
  }
}
