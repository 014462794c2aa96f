package import EngineCore

/// The values of one row. `first` and `second` are price and nothing of a trade, bid and ask of a
/// quote; undefined where the row has none.
package struct Row: BitwiseCopyable, Equatable {
  /// `Int64.min` when the row has none, as that of the others.
  package var time = Int64.min
  package var instrument = InstrumentID.none
  package var first = Int64.min
  package var second = Int64.min
  package var firstSize = Int64.min
  package var secondSize = Int64.min
  package var tradeID: UInt64 = 0
  package var side = AggressorSide.unknown
  package var receiveTime = Int64.min

  package init() {}
}

/// The values of a row that is a bar, in the places of what bars have not: rows of ticks are read
/// by the million and are no larger for it. Its `time` is where it ends.
extension Row {
  package var open: Int64 {
    get { first }
    set { first = newValue }
  }
  package var high: Int64 {
    get { second }
    set { second = newValue }
  }
  package var low: Int64 {
    get { firstSize }
    set { firstSize = newValue }
  }
  package var close: Int64 {
    get { secondSize }
    set { secondSize = newValue }
  }
  /// In whole units.
  package var volume: UInt64 {
    get { tradeID }
    set { tradeID = newValue }
  }
}

/// What is wrong with a row.
package struct RowFault: Equatable, CustomStringConvertible {
  /// From 1, the header counted.
  package var line: Int
  /// `column "price": expected a decimal number, found "abc"`.
  package var description: String

  package init(line: Int, description: String) {
    self.line = line
    self.description = description
  }
}
