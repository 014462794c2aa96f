/// What a column of a file means.
package enum ColumnRole: String, CaseIterable, Sendable {
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

/// Where a column is.
package enum ColumnReference: Equatable, Sendable {
  /// By its name in the header.
  case name(String)
  /// By its place, from 0.
  case index(Int)
}

/// What a file's rows are.
package enum RowKind: String, CaseIterable, Sendable {
  case trades
  case quotes
}
