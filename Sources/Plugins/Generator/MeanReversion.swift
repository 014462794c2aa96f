internal import EngineCore

/// The logarithm of the price is an Ornstein–Uhlenbeck process around that of the mean (Schwartz's
/// one-factor model, 1997), exact for the time between two ticks. Always positive.
struct MeanReversion: PriceModel {
  /// What makes the coefficients. Rates are per year.
  struct Parameters: Equatable, Sendable {
    /// The pull: half of a deviation is gone after ln 2 / speed years.
    var speed = 6_000.0
    var volatility = 0.2
  }

  /// In increments.
  private let mean: Double
  /// ln(price / mean).
  private var deviation: Double
  private var decay: Double
  private var noise: Double

  init(price: Double, mean: Double, parameters: Parameters, stepNanos: Int64) {
    self.mean = mean
    deviation = PortableMath.log(price / mean)
    (decay, noise) = (1, 0)
    update(parameters, stepNanos: stepNanos)
  }

  /// Takes new parameters, or a new time between ticks, from the next tick on.
  mutating func update(_ parameters: Parameters, stepNanos: Int64) {
    let years = Double(stepNanos) / nanosPerYear
    decay = PortableMath.exp(-parameters.speed * years)
    // Without a pull the process is a Brownian motion: the limit of the quotient is the time.
    let spread =
      parameters.speed > 0
      ? (1 - PortableMath.exp(-2 * parameters.speed * years)) / (2 * parameters.speed) : years
    noise = parameters.volatility * spread.squareRoot()
  }

  @inline(__always)
  mutating func step(_ random: inout SeededRandom, _ normal: NormalVariates) -> Int64? {
    deviation = deviation * decay + noise * normal.next(&random)
    return wholeIncrements(mean * PortableMath.exp(deviation))
  }
}
