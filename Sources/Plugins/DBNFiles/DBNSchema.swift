/// What the records of a file are; the number is that of the format.
public enum DBNSchema: UInt16, Sendable, CaseIterable {
  case mbo = 0
  case mbp1 = 1
  case mbp10 = 2
  case tbbo = 3
  case trades = 4
  case ohlcv1s = 5
  case ohlcv1m = 6
  case ohlcv1h = 7
  case ohlcv1d = 8
  case definition = 9
  case statistics = 10
  case status = 11
  case imbalance = 12
  case ohlcvEod = 13
  case cmbp1 = 14
  case cbbo1s = 15
  case cbbo1m = 16
  case tcbbo = 17
  case bbo1s = 18
  case bbo1m = 19

  public var name: String {
    switch self {
    case .mbo: "mbo"
    case .mbp1: "mbp-1"
    case .mbp10: "mbp-10"
    case .tbbo: "tbbo"
    case .trades: "trades"
    case .ohlcv1s: "ohlcv-1s"
    case .ohlcv1m: "ohlcv-1m"
    case .ohlcv1h: "ohlcv-1h"
    case .ohlcv1d: "ohlcv-1d"
    case .definition: "definition"
    case .statistics: "statistics"
    case .status: "status"
    case .imbalance: "imbalance"
    case .ohlcvEod: "ohlcv-eod"
    case .cmbp1: "cmbp-1"
    case .cbbo1s: "cbbo-1s"
    case .cbbo1m: "cbbo-1m"
    case .tcbbo: "tcbbo"
    case .bbo1s: "bbo-1s"
    case .bbo1m: "bbo-1m"
    }
  }

  /// Whether each record is a trade.
  public var hasTrades: Bool { [.trades, .tbbo, .tcbbo].contains(self) }

  /// Whether each record has the best bid and ask.
  public var hasQuotes: Bool {
    [.mbp1, .mbp10, .tbbo, .cmbp1, .cbbo1s, .cbbo1m, .tcbbo, .bbo1s, .bbo1m].contains(self)
  }

  /// Whether each record is a bar.
  public var hasBars: Bool {
    [.ohlcv1s, .ohlcv1m, .ohlcv1h, .ohlcv1d, .ohlcvEod].contains(self)
  }

  /// The record type of its records.
  var recordType: UInt8 {
    switch self {
    case .mbo: 0xA0
    case .mbp1, .tbbo: 0x01
    case .mbp10: 0x0A
    case .trades: 0x00
    case .ohlcv1s: 0x20
    case .ohlcv1m: 0x21
    case .ohlcv1h: 0x22
    case .ohlcv1d: 0x23
    case .ohlcvEod: 0x24
    case .definition: 0x13
    case .statistics: 0x18
    case .status: 0x12
    case .imbalance: 0x14
    case .cmbp1: 0xB1
    case .cbbo1s: 0xC0
    case .cbbo1m: 0xC1
    case .tcbbo: 0xC2
    case .bbo1s: 0xC3
    case .bbo1m: 0xC4
    }
  }
}
