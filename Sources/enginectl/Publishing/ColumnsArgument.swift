import ArgumentParser
import TickFiles

/// `role=column,…` on the command line.
struct ColumnsArgument: ExpressibleByArgument, Equatable, Sendable {
  var columns: [ColumnRole: ColumnReference]

  init?(argument: String) {
    columns = [:]
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let sign = part.firstIndex(of: "="),
        let role = ColumnRole.allCases.first(where: { $0.rawValue == part[..<sign] }),
        columns[role] == nil
      else { return nil }
      let text = part[part.index(after: sign)...]
      guard !text.isEmpty else { return nil }
      columns[role] = Int(text).map { .index($0) } ?? .name(String(text))
    }
  }
}
