public import EngineCore

/// What the generator makes, of what, and how fast.
public struct GeneratorSettings: PluginSettings {
  /// How prices move.
  enum ModelKind: String, CaseIterable, Sendable {
    case randomWalk = "random-walk"
    case gbm
    case meanReverting = "mean-reverting"
  }

  /// How fast ticks come.
  enum Pace: Equatable, Sendable {
    /// Nanoseconds between two ticks of one instrument.
    case interval(Int64)
    /// Events a second of all instruments together, in 10⁻⁹.
    case rate(raw: Int64)
    /// As fast as the bus takes them.
    case max
  }

  /// What events are stamped with.
  enum Time: String, CaseIterable, Sendable {
    case live
    case simulated
  }

  var instruments: [InstrumentSettings] = InstrumentSettings.numbered(10)
  var model = ModelKind.randomWalk
  var pace = Pace.interval(1_000_000_000)
  /// Model time between two ticks of one instrument, when it is not that of the pace.
  var step: Int64?
  var emission = Emission.trades
  /// Prices here are in 10⁻⁹.
  var changeRange: Int64 = 1_000_000_000
  var initialMin: Int64 = 50_000_000_000
  var initialMax: Int64 = 200_000_000_000
  var brownian = GeometricBrownianMotion.Parameters()
  var mean: Int64?
  var reversionSpeed = MeanReversion.Parameters().speed
  var spread: Int64?
  var medianSize: Int64 = 100_000_000_000
  var sizes = SizeModel()
  var pricePrecision = 2
  var sizePrecision = 0
  var seed: UInt64?
  var limit: UInt64?
  var time = Time.live
  /// 2024-01-01T00:00:00Z.
  var start: Int64 = 1_704_067_200_000_000_000
  var catchUpNanos: Int64 = 1_000_000_000

  init() {}

  /// Most events a second that can be asked for.
  static let rateMax: Int64 = 100_000_000

  /// Model time between two ticks of one instrument.
  var stepNanos: Int64 {
    if let step { return step }
    switch pace {
    case .interval(let nanos): return nanos
    case .max: return 1_000_000_000
    case .rate:
      let cycle = Int128(cycle.nanos) * Int128(instruments.count) / Int128(cycle.ticks)
      return Swift.max(Int64(clamping: cycle), 1)
    }
  }

  /// So many ticks, of whatever instrument, come in so many nanoseconds; of no use for `max`.
  var cycle: (nanos: Int64, ticks: Int64) {
    switch pace {
    case .interval(let nanos): (nanos, Int64(instruments.count))
    case .rate(let raw): (1_000_000_000_000_000_000 * Int64(emission.count), raw)
    case .max: (0, 1)
    }
  }
}
