internal import EngineCore

/// Geometric Brownian motion with jumps (Merton, "Option pricing when underlying stock returns are
/// discontinuous", 1976), exact for the time between two ticks.
///
/// The drift is the expected growth with jumps counted in: without them the expectation after a
/// year is `price × exp(drift)`, and with them it is the same.
struct GeometricBrownianMotion: PriceModel {
  /// What makes the coefficients. Rates are per year.
  struct Parameters: Equatable, Sendable {
    var drift = 0.0
    var volatility = 0.2
    /// Jumps per year, and mean and deviation of a jump's log size.
    var jumpIntensity = 0.0
    var jumpMean = 0.0
    var jumpDeviation = 0.0
  }

  /// In increments, not rounded.
  private var price: Double
  private var meanStep: Double
  private var deviation: Double
  /// The chance of no jump during a tick; 1 switches jumps off.
  private var quiet: Double
  private var jumpMean: Double
  private var jumpDeviation: Double

  /// Most jumps a tick: more are cut off, which matters beyond an expectation of 32 a tick only.
  private static var jumpsMax: Int { 128 }

  init(price: Double, parameters: Parameters, stepNanos: Int64) {
    self.price = price
    (meanStep, deviation, quiet, jumpMean, jumpDeviation) = (0, 0, 1, 0, 0)
    update(parameters, stepNanos: stepNanos)
  }

  /// Takes new parameters, or a new time between ticks, from the next tick on.
  mutating func update(_ parameters: Parameters, stepNanos: Int64) {
    let years = Double(stepNanos) / nanosPerYear
    let variance = parameters.volatility * parameters.volatility
    let growth =
      PortableMath.exp(
        parameters.jumpMean + 0.5 * parameters.jumpDeviation * parameters.jumpDeviation) - 1
    meanStep = (parameters.drift - 0.5 * variance - parameters.jumpIntensity * growth) * years
    deviation = parameters.volatility * years.squareRoot()
    quiet = PortableMath.exp(-parameters.jumpIntensity * years)
    jumpMean = parameters.jumpMean
    jumpDeviation = parameters.jumpDeviation
  }

  @inline(__always)
  mutating func step(_ random: inout SeededRandom, _ normal: NormalVariates) -> Int64? {
    var move = meanStep + deviation * normal.next(&random)
    if quiet < 1 {
      let draw = random.unit()
      if draw > quiet { move += jumps(draw, &random, normal) }
    }
    price *= PortableMath.exp(move)
    return wholeIncrements(price)
  }

  /// The sum of this tick's jumps: a Poisson number of them, by Knuth's product of uniforms.
  @inline(never)
  private func jumps(
    _ firstDraw: Double, _ random: inout SeededRandom, _ normal: NormalVariates
  ) -> Double {
    var count = 0
    var product = firstDraw
    while product > quiet, count < Self.jumpsMax {
      count += 1
      product *= random.unit()
    }
    let number = Double(count)
    return number * jumpMean + number.squareRoot() * jumpDeviation * normal.next(&random)
  }
}
