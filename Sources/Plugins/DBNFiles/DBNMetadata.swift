/// What a file says of itself before its records.
public struct DBNMetadata: Equatable, Sendable {
  /// A symbol and the ids that stood for it, each from one date to another (`20240131`).
  public struct Mapping: Equatable, Sendable {
    public struct Interval: Equatable, Sendable {
      public var start: UInt32
      public var end: UInt32
      /// Of instrument ids: their number as text.
      public var symbol: String

      public init(start: UInt32, end: UInt32, symbol: String) {
        self.start = start
        self.end = end
        self.symbol = symbol
      }
    }

    public var rawSymbol: String
    public var intervals: [Interval]

    public init(rawSymbol: String, intervals: [Interval]) {
      self.rawSymbol = rawSymbol
      self.intervals = intervals
    }
  }

  /// How symbols are meant: by their own name, or by number.
  public static let rawSymbol: UInt8 = 1
  public static let instrumentID: UInt8 = 0

  public var version: UInt8
  public var dataset: String
  /// Nil: records of several kinds.
  public var schema: DBNSchema?
  public var start: UInt64
  public var end: UInt64
  public var limit: UInt64
  public var symbolTypeIn: UInt8?
  public var symbolTypeOut: UInt8
  /// Records have a time of sending behind them.
  public var hasSendTimes: Bool
  public var symbols: [String]
  public var mappings: [Mapping]

  public init(
    version: UInt8 = 2, dataset: String, schema: DBNSchema?, start: UInt64, end: UInt64 = .max,
    limit: UInt64 = 0, symbolTypeIn: UInt8? = rawSymbol, symbolTypeOut: UInt8 = instrumentID,
    hasSendTimes: Bool = false, symbols: [String] = [], mappings: [Mapping] = []
  ) {
    self.version = version
    self.dataset = dataset
    self.schema = schema
    self.start = start
    self.end = end
    self.limit = limit
    self.symbolTypeIn = symbolTypeIn
    self.symbolTypeOut = symbolTypeOut
    self.hasSendTimes = hasSendTimes
    self.symbols = symbols
    self.mappings = mappings
  }

  /// The symbol of each instrument id, as far as the mappings tell.
  public var symbolsByID: [UInt32: String] {
    var found: [UInt32: String] = [:]
    for mapping in mappings {
      for interval in mapping.intervals {
        // Either side may be the number.
        if let id = UInt32(interval.symbol) {
          found[id] = mapping.rawSymbol
        } else if let id = UInt32(mapping.rawSymbol) {
          found[id] = interval.symbol
        }
      }
    }
    return found
  }
}
