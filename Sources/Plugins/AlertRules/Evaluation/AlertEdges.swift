/// Of a rule that depends on one price and constants alone: the prices between which nothing can
/// change. An edge lies between its value and the next larger price.
struct AlertEdges: Sendable, Hashable {
  let series: AlertSeries
  /// Rising, each once.
  let values: [Int64]

  init?(of program: AlertProgram) {
    guard program.terms.count == 1, case .series(let series) = program.terms[0] else { return nil }
    var values: Set<Int64> = []
    var used: Set<Int> = []
    for node in program.nodes {
      switch node.operation {
      case .constant, .term, .not, .and, .or: continue
      default: break
      }
      guard node.operation.isComparison else { return nil }
      let sides = (program.nodes[Int(node.left)], program.nodes[Int(node.right)])
      let isMirrored = sides.0.operation == .constant
      let (term, constant) = isMirrored ? (sides.1, sides.0) : sides
      guard term.operation == .term, constant.operation == .constant,
        constant.constant > .min + 1, constant.constant < .max - 1
      else { return nil }
      used.formUnion([Int(node.left), Int(node.right)])
      values.formUnion(Self.edges(node.operation, constant.constant, isMirrored))
    }
    // A constant that stands for itself, left from folding, is of no use and does no harm.
    for (index, node) in program.nodes.enumerated() where node.operation == .term {
      guard used.contains(index) else { return nil }
    }
    self.series = series
    self.values = values.sorted()
  }

  private static func edges(
    _ operation: AlertProgram.Operation, _ constant: Int64, _ isMirrored: Bool
  ) -> [Int64] {
    switch operation {
    case .equal, .notEqual: [constant - 1, constant]
    // Signs are remembered: below, at and above are three places.
    case .crosses, .crossesAbove, .crossesBelow: [constant - 1, constant]
    case .greater, .lessOrEqual: [isMirrored ? constant - 1 : constant]
    default: [isMirrored ? constant : constant - 1]
    }
  }

  /// The edge that a rising price passes next: passed when the price is above it.
  func above(_ price: Int64) -> Int64 { values.first { $0 >= price } ?? .max }

  /// The price that a falling price has to be below for the next edge.
  func below(_ price: Int64) -> Int64 { values.last { $0 < price }.map { $0 + 1 } ?? .min }
}
