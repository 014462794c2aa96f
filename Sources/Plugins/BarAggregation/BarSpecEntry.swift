internal import EngineCore

/// A spec and which instruments have it.
struct BarSpecEntry: Sendable {
  var spec: BarSpec
  /// Nil for bars that are not cut by time.
  var grid: BarGrid?
  /// The keys of the instruments that have it; nil: all.
  var instruments: Set<String>?
}
