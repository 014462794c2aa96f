/// What a column of a file means.
package enum ColumnRole: String, Sendable {
  case time
  case symbol
  case price
  case size
  case side
  case buyerIsMaker = "buyer_is_maker"
  case tradeID = "trade_id"
  case bid
  case ask
  case bidSize = "bid_size"
  case askSize = "ask_size"
  case receiveTime = "receive_time"
  case open
  case high
  case low
  case close
  case volume

  /// Header names that mean this without a mapping, in lower case.
  ///
  /// Receive times are taken from a file only when asked for: without, an event is received when
  /// it is played.
  package var usualNames: [String] {
    switch self {
    case .time: ["ts_ns", "ts_us", "ts_ms", "ts_s", "time", "timestamp", "datetime"]
    case .receiveTime: []
    default: [rawValue]
    }
  }
}

extension ColumnRole: CaseIterable {
  /// Those that columns of ticks can have; what has bars says so itself.
  package static let allCases: [ColumnRole] = [
    .time, .symbol, .price, .size, .side, .buyerIsMaker, .tradeID, .bid, .ask, .bidSize, .askSize,
    .receiveTime,
  ]

  /// Those of a row that is a bar.
  static let ofBars: [ColumnRole] = [.time, .symbol, .open, .high, .low, .close, .volume]
}

/// Where a column is.
package enum ColumnReference: Equatable, Sendable {
  /// By its name in the header.
  case name(String)
  /// By its place, from 0.
  case index(Int)
}

/// What a file's rows are.
package enum RowKind: String, Sendable {
  case trades
  case quotes
  case bars
}

extension RowKind: CaseIterable {
  /// Those that a setting can name; what has bars says so itself.
  package static let allCases: [RowKind] = [.trades, .quotes]
}
