import EngineCore
import Foundation
import Testing

@testable import Generator

@Suite("Price models")
struct ModelTests {
  private let normal = NormalVariates()

  /// Mean and variance of many values.
  private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    return (mean, variance)
  }

  @Test("steps of a random walk are uniform within the range, and never reach zero")
  func randomWalk() throws {
    var walk = RandomWalk(price: 1_000_000, reach: 100)
    var random = SeededRandom(seed: 1)
    var last: Int64 = 1_000_000
    var counts = [Int](repeating: 0, count: 201)
    for _ in 0..<402_000 {
      let price = try #require(walk.step(&random, normal))
      counts[Int(price - last) + 100] += 1
      last = price
    }
    // 201 cells of 2,000 expected: chi squared of 200 degrees stays below 300 (five deviations).
    let chi = counts.reduce(0.0) { $0 + pow(Double($1) - 2_000, 2) / 2_000 }
    #expect(chi < 300)
    var low = RandomWalk(price: 1, reach: 5)
    for _ in 0..<10_000 { #expect(try #require(low.step(&random, normal)) >= 1) }
  }

  @Test("a walk at the end of the range says so instead of wrapping")
  func overflow() {
    var walk = RandomWalk(price: .max, reach: 1 << 60)
    var random = SeededRandom(seed: 1)
    var refused = 0
    for _ in 0..<100 {
      let before = walk
      if walk.step(&random, normal) == nil {
        refused += 1
        walk = before
      }
    }
    #expect(refused > 0)
  }

  @Test("Brownian motion has the drift and volatility that were asked for")
  func brownian() throws {
    let parameters = GeometricBrownianMotion.Parameters(drift: 0.1, volatility: 0.3)
    let day: Int64 = 86_400_000_000_000
    var random = SeededRandom(seed: 2)
    var returns: [Double] = []
    for _ in 0..<2_000 {
      var model = GeometricBrownianMotion(price: 1e9, parameters: parameters, stepNanos: day)
      var price = 0.0
      for _ in 0..<365 { price = Double(try #require(model.step(&random, normal))) }
      returns.append(Foundation.log(price / 1e9))
    }
    let (mean, variance) = moments(returns)
    #expect(abs(mean - (0.1 - 0.045)) < 5 * 0.3 / (2_000.0).squareRoot())
    #expect(abs(variance - 0.09) < 5 * 0.09 * (2.0 / 2_000).squareRoot())
  }

  @Test("jumps come as often and as large as was asked for, and the drift counts them in")
  func jumps() throws {
    let parameters = GeometricBrownianMotion.Parameters(
      drift: 0.05, volatility: 0, jumpIntensity: 20, jumpMean: -0.02, jumpDeviation: 0.05)
    var random = SeededRandom(seed: 3)
    var jumps: [Double] = []
    var ends: [Double] = []
    for _ in 0..<4_000 {
      var model = GeometricBrownianMotion(
        price: 1e12, parameters: parameters, stepNanos: 3_600_000_000_000)
      var last = 1e12
      for _ in 0..<(365 * 24) / 4 {
        let price = Double(try #require(model.step(&random, normal)))
        let move = Foundation.log(price / last)
        if abs(move) > 1e-4 { jumps.append(move) }
        last = price
      }
      ends.append(last / 1e12)
    }
    // A quarter of a year: five jumps expected, few of which are as small as 10⁻⁴.
    #expect(abs(Double(jumps.count) / 4_000 - 5) < 0.2)
    let (mean, variance) = moments(jumps)
    #expect(abs(mean + 0.02) < 0.002 && abs(variance - 0.0025) < 0.000_2)
    #expect(abs(moments(ends).mean - Foundation.exp(0.05 / 4)) < 0.01)
  }

  @Test("a mean-reverting price returns to its mean and has its stationary variance")
  func meanReversion() throws {
    // Half-life of ln 2 hours with a step of six minutes.
    let parameters = MeanReversion.Parameters(speed: 365 * 24, volatility: 2)
    var model = MeanReversion(
      price: 2e9, mean: 1e9, parameters: parameters, stepNanos: 360_000_000_000)
    var random = SeededRandom(seed: 4)
    for _ in 0..<1_000 { _ = model.step(&random, normal) }
    var values: [Double] = []
    for _ in 0..<400_000 {
      values.append(Foundation.log(Double(try #require(model.step(&random, normal))) / 1e9))
    }
    let (mean, variance) = moments(values)
    let expected = 4 / (2.0 * 365 * 24)
    // One value in twenty counts as independent.
    #expect(abs(mean) < 5 * (expected / 20_000).squareRoot())
    #expect(abs(variance / expected - 1) < 0.05)
    let lag = zip(values, values.dropFirst()).reduce(0.0) { $0 + $1.0 * $1.1 } / 399_999
    #expect(abs(lag / variance - Foundation.exp(-0.1)) < 0.01)
  }

  @Test("sizes are lognormal around their median and follow the day")
  func sizes() throws {
    var model = SizeModel()
    var random = SeededRandom(seed: 5)
    var logs: [Double] = []
    for _ in 0..<200_000 {
      let size = try #require(model.next(median: 1e6, factor: 1, &random, normal))
      logs.append(Foundation.log(Double(size) / 1e6))
    }
    let (mean, variance) = moments(logs)
    #expect(abs(mean) < 0.012 && abs(variance - 1) < 0.02)
    #expect(model.factor(at: 0) == 1)
    model.profile = .uShaped
    let day: Int64 = 86_400_000_000_000
    #expect(model.factor(at: 0) == 2)
    #expect(model.factor(at: day / 2) == 0.5)
    #expect(model.factor(at: -1) > 1.99)
    let average = (0..<10_000).reduce(0.0) { $0 + model.factor(at: day / 10_000 * Int64($1)) }
    #expect(abs(average / 10_000 - 1) < 0.001)
    (model.openNanos, model.closeNanos) = (day / 4, day / 2)
    #expect(model.factor(at: day / 8) == 0.5 && model.factor(at: day / 4) == 2)
  }
}
