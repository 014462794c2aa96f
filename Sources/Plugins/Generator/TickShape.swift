internal import EngineCore

/// What the stream needs of an instrument at every tick, as plain numbers.
struct TickShape: BitwiseCopyable {
  var instrument: InstrumentID
  /// The price increment in units of 10⁻⁹.
  var increment: Int64
  /// The best bid and offer around the model's price, in increments.
  var below: Int64
  var above: Int64
  /// The size step in units of 10⁻⁹, and the median size in such steps.
  var sizeUnit: Int64
  var medianSize: Double

  /// - Parameter spread: in increments.
  init(
    instrument: InstrumentID, increment: Int64, spread: Int64, sizeUnit: Int64, medianSize: Double
  ) {
    self.instrument = instrument
    self.increment = increment
    below = spread / 2
    above = spread - spread / 2
    self.sizeUnit = sizeUnit
    self.medianSize = medianSize
  }
}
