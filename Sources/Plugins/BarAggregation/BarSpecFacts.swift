internal import EngineCore

/// What is needed of a spec per tick and per bar.
struct BarSpecFacts: BitwiseCopyable, Sendable {
  var id: SpecID
  var price: BarSpec.PriceKind
  /// False for thresholds, and where a spec was removed.
  var isTime: Bool
  /// How long bars of time are, where the calendar does not say otherwise.
  var step: Int64 = 0
  /// Bars that began before this time may lack ticks; `min` while that is not known.
  var coverage: Int64
  /// How many series have it.
  var seriesCount = 0
}
