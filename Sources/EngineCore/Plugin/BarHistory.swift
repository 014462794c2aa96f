/// Answers questions about bars of the past. Asked from any thread; answered on the lane of the
/// plugin that keeps them, at the latest when it stops.
public protocol BarHistory: Sendable {
  /// The specs that there are, as their names in subjects.
  func specs() async throws(PluginError) -> [String]

  /// Bars of one instrument and spec, oldest first.
  func bars(_ query: BarQuery) async throws(PluginError) -> BarAnswer

  /// How bars are made now, spec by spec.
  func makings() async throws(PluginError) -> [BarMaking]
}

extension CapabilityKey<any BarHistory> {
  /// Bars of the past.
  public static var barHistory: Self {
    CapabilityKey(name: "bar history", providers: ["bars"])
  }
}
