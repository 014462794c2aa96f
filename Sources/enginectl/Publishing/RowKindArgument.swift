import ArgumentParser
import TickFiles

/// `trades` or `quotes` on the command line.
struct RowKindArgument: ExpressibleByArgument, Equatable, Sendable {
  var kind: RowKind

  init?(argument: String) {
    guard let kind = RowKind.allCases.first(where: { $0.rawValue == argument }) else {
      return nil
    }
    self.kind = kind
  }

  static var allValueStrings: [String] { RowKind.allCases.map(\.rawValue) }
}
