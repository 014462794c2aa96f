internal import EngineCore

/// A spec that runs.
struct RunningSpec {
  var spec: BarSpec
  var id: SpecID
  var calendar: TradingCalendar
  var instruments: [String]?
  var name: String { spec.description }
}
