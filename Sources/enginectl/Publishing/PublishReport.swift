import BinaryProtocol
import EngineCore

/// What became of the rows of `enginectl publish`.
struct PublishReport: Equatable, Sendable {
  /// A row that is not in the engine.
  struct Reject: Equatable, Sendable {
    /// Nil when it is not known any more.
    var line: Int?
    /// The server's code; nil for a row that could not be read.
    var code: BinaryProtocol.StatusCode?
    var reason: String

    var text: String {
      let place = line.map { "line \($0)" } ?? "a line"
      return "\(place): \(code.map { "\($0): " } ?? "")\(reason)"
    }

    var json: JSONValue {
      .object([
        ("line", line.map { .integer($0) } ?? .null), ("code", .optional(code?.description)),
        ("reason", .string(reason)),
      ])
    }
  }

  /// Rejects that are kept for the answer in JSON.
  static let rejectsMax = 1_000

  /// Rows that were read.
  var rows: UInt64 = 0
  /// Rows that could not be read.
  var unreadable: UInt64 = 0
  var progress = PublisherState.Progress()
  private(set) var rejects: [Reject] = []
  private(set) var omitted: UInt64 = 0

  mutating func add(_ reject: Reject) {
    if rejects.count < Self.rejectsMax { rejects.append(reject) } else { omitted += 1 }
  }

  /// Rejects of which only the number is known.
  mutating func addOmitted(_ count: UInt64) { omitted += count }

  /// Whether every row is in the engine.
  var isClean: Bool { unreadable == 0 && progress.rejected == 0 && progress.accepted == rows }

  var line: String {
    var parts = ["\(Figures.grouped(progress.accepted)) accepted"]
    if progress.rejected > 0 { parts.append("\(Figures.grouped(progress.rejected)) rejected") }
    if unreadable > 0 { parts.append("\(Figures.grouped(unreadable)) not readable") }
    let decided = progress.accepted + progress.rejected
    if decided < rows { parts.append("\(Figures.grouped(rows - decided)) not acknowledged") }
    let all = rows + unreadable
    let position = progress.position.map { "; the engine is at \($0)" } ?? ""
    let noun = all == 1 ? "row" : "rows"
    return "\(Figures.grouped(all)) \(noun): \(parts.joined(separator: ", "))\(position)"
  }

  var json: JSONValue {
    .object([
      ("rows", .integer(rows + unreadable)), ("accepted", .integer(progress.accepted)),
      ("rejected", .integer(progress.rejected)), ("unreadable", .integer(unreadable)),
      // As text: it is beyond what some readers of JSON keep exactly.
      ("epoch", .optional(progress.position.map { "\($0.epoch)" })),
      ("next", progress.position.map { .integer($0.next) } ?? .null),
      ("rejects", .array(rejects.map(\.json))), ("rejects_omitted", .integer(omitted)),
    ])
  }
}
