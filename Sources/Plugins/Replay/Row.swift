internal import EngineCore

/// The values of one row. `first` and `second` are price and nothing of a trade, bid and ask of a
/// quote; undefined where the row has none.
struct Row: BitwiseCopyable, Equatable {
  var time: Int64 = 0
  var instrument = InstrumentID.none
  var first = Int64.min
  var second = Int64.min
  var firstSize = Int64.min
  var secondSize = Int64.min
  var tradeID: UInt64 = 0
  var side = AggressorSide.unknown
  /// `Int64.min` when the file has none.
  var receiveTime = Int64.min
}

/// What is wrong with a row.
struct RowFault: Equatable, CustomStringConvertible {
  /// From 1, the header counted.
  var line: Int
  /// `column "price": expected a decimal number, found "abc"`.
  var description: String
}
