/// What a record says, of what is read: absent fields are nil. Prices are in 10⁻⁹.
public struct DBNRecord: Equatable, Sendable {
  public var recordType: UInt8
  public var publisher: UInt16
  public var instrument: UInt32
  /// Nanoseconds since 1970.
  public var eventTime: UInt64
  public var receiveTime: UInt64?
  public var price: Int64?
  public var size: UInt32?
  public var action: UInt8?
  /// `A` a seller, `B` a buyer, `N` not known, as letters.
  public var side: UInt8?
  public var sequence: UInt32?
  public var bid: Int64?
  public var ask: Int64?
  public var bidSize: UInt32?
  public var askSize: UInt32?
  /// Of bars: open, high, low, close and volume.
  public var bar: (open: Int64, high: Int64, low: Int64, close: Int64, volume: UInt64)?
  /// Of a mapping: the symbol that the instrument id stands for.
  public var symbol: String?
  /// Of a definition: what it tells of the instrument.
  public var definition: DBNDefinition?

  public init(recordType: UInt8, publisher: UInt16, instrument: UInt32, eventTime: UInt64) {
    self.recordType = recordType
    self.publisher = publisher
    self.instrument = instrument
    self.eventTime = eventTime
  }

  /// A price that there is none of.
  public static let noPrice = Int64.max

  public static func == (a: DBNRecord, b: DBNRecord) -> Bool {
    a.recordType == b.recordType && a.publisher == b.publisher && a.instrument == b.instrument
      && a.eventTime == b.eventTime && a.receiveTime == b.receiveTime && a.price == b.price
      && a.size == b.size && a.action == b.action && a.side == b.side
      && a.sequence == b.sequence && a.bid == b.bid && a.ask == b.ask && a.bidSize == b.bidSize
      && a.askSize == b.askSize && a.symbol == b.symbol && a.bar?.open == b.bar?.open
      && a.bar?.high == b.bar?.high && a.bar?.low == b.bar?.low && a.bar?.close == b.bar?.close
      && a.bar?.volume == b.bar?.volume && a.definition == b.definition
  }
}
