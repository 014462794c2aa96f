internal import EngineCore

/// Standard normal variates by the ziggurat method with 256 layers.
///
/// Source: Marsaglia and Tsang, "The ziggurat method for generating random variables", 2000, with
/// layer and abscissa taken from different bits, as Doornik's "An improved ziggurat method", 2005,
/// asks. The tables come from `PortableMath`, so the variates are the same on every machine.
struct NormalVariates {
  /// Where the tail begins, and the area of each layer, for 256 layers.
  private static let tail = 3.654_152_885_361_009
  private static let area = 0.004_928_673_233_974_658

  /// Right edges of the layers: 0 is the base strip's virtual edge, 256 is the peak.
  private let edges: [Double]
  /// exp(-edge²/2).
  private let heights: [Double]

  init() {
    var edges = [Double](repeating: 0, count: 257)
    var heights = [Double](repeating: 1, count: 257)
    func height(_ x: Double) -> Double { PortableMath.exp(-0.5 * x * x) }
    edges[0] = Self.area / height(Self.tail)
    edges[1] = Self.tail
    heights[0] = 0
    heights[1] = height(Self.tail)
    for layer in 2..<256 {
      heights[layer] = heights[layer - 1] + Self.area / edges[layer - 1]
      edges[layer] = (-2 * PortableMath.log(heights[layer])).squareRoot()
    }
    self.edges = edges
    self.heights = heights
  }

  /// One variate with mean 0 and deviation 1.
  @inline(__always)
  func next(_ random: inout SeededRandom) -> Double {
    let bits = random.next()
    let layer = Int(bits & 0xFF)
    // The upper 53 bits as a number in [-1, 1).
    let x = Double(Int64(bitPattern: bits) >> 11) * 0x1p-52 * edges[layer]
    if abs(x) < edges[layer + 1] { return x }
    return rare(x, layer: layer, &random)
  }

  /// The 1 % outside the rectangles: wedges and the tail.
  @inline(never)
  private func rare(_ first: Double, layer firstLayer: Int, _ random: inout SeededRandom) -> Double
  {
    var x = first
    var layer = firstLayer
    while true {
      if layer == 0 {
        let beyond = tailVariate(&random)
        return x < 0 ? -beyond : beyond
      }
      let height =
        heights[layer] + random.unit() * (heights[layer + 1] - heights[layer])
      if height < PortableMath.exp(-0.5 * x * x) { return x }
      let bits = random.next()
      layer = Int(bits & 0xFF)
      x = Double(Int64(bitPattern: bits) >> 11) * 0x1p-52 * edges[layer]
      if abs(x) < edges[layer + 1] { return x }
    }
  }

  /// A variate beyond `tail`, after Marsaglia's "Generating a variable from the tail of the normal
  /// distribution", 1964.
  private func tailVariate(_ random: inout SeededRandom) -> Double {
    while true {
      let x = -PortableMath.log(1 - random.unit()) / Self.tail
      let y = -PortableMath.log(1 - random.unit())
      if y + y >= x * x { return Self.tail + x }
    }
  }
}
