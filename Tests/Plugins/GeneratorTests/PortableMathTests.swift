import EngineCore
import Foundation
import Testing

@testable import Generator

@Suite("Portable mathematics")
struct PortableMathTests {
  @Test(
    "exp agrees with the C library to two units in the last place", arguments: [1e-6, 1, 40, 700])
  func exponential(scale: Double) {
    var random = SeededRandom(seed: 1)
    for _ in 0..<20_000 {
      let x = (random.unit() * 2 - 1) * scale
      let expected = Foundation.exp(x)
      #expect(abs(PortableMath.exp(x) - expected) <= 2 * expected.ulp, "exp(\(x))")
    }
  }

  @Test("log agrees with the C library to two units in the last place")
  func logarithm() {
    var random = SeededRandom(seed: 2)
    for _ in 0..<20_000 {
      let x = Foundation.exp((random.unit() * 2 - 1) * 600)
      let expected = Foundation.log(x)
      #expect(abs(PortableMath.log(x) - expected) <= 2 * max(expected.ulp, 0x1p-53), "log(\(x))")
    }
  }

  @Test("the ends of the range are held")
  func ends() {
    #expect(PortableMath.exp(1_000) == .infinity)
    #expect(PortableMath.exp(-1_000) == 0)
    #expect(PortableMath.exp(0) == 1)
    #expect(PortableMath.exp(-740) > 0)
    #expect(PortableMath.exp(.nan).isNaN)
    #expect(PortableMath.log(1) == 0)
  }

  @Test("normal variates have the moments and tails of the normal distribution")
  func normal() {
    let normal = NormalVariates()
    var random = SeededRandom(seed: 3)
    let count = 2_000_000
    var (sum, squares, fourth) = (0.0, 0.0, 0.0)
    var beyond = [0, 0, 0, 0]
    for _ in 0..<count {
      let x = normal.next(&random)
      sum += x
      squares += x * x
      fourth += x * x * x * x
      for (index, limit) in [1.0, 2, 3, 3.8].enumerated() where abs(x) > limit {
        beyond[index] += 1
      }
    }
    let total = Double(count)
    // Five standard errors each.
    #expect(abs(sum / total) < 5 / total.squareRoot())
    #expect(abs(squares / total - 1) < 5 * (2 / total).squareRoot())
    #expect(abs(fourth / total - 3) < 5 * (96 / total).squareRoot())
    for (index, share) in [0.317_310_5, 0.045_500_3, 0.002_699_8, 0.000_144_7].enumerated() {
      let error = 5 * (share / total).squareRoot()
      #expect(abs(Double(beyond[index]) / total - share) < error)
    }
  }
}
