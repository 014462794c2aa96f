/// Answers questions about what was recorded: closed bars and ticks. Asked from any thread; nothing
/// of it is done on a lane.
public protocol MarketHistory: Sendable {
  /// Closed bars of one instrument and spec, oldest first.
  func bars(_ query: HistoryBarQuery) async throws(PluginError) -> HistoryBars

  /// Trades and quotes of one instrument, in the order of the log; corrections are taken in.
  func ticks(_ query: TickQuery) async throws(PluginError) -> TickPage

  /// Which bars there are, by instrument and spec.
  func series() async throws(PluginError) -> [HistorySeries]
}

extension CapabilityKey<any MarketHistory> {
  /// What was recorded.
  public static var marketHistory: Self {
    CapabilityKey(name: "history", providers: ["history"])
  }
}
