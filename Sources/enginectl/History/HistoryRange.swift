import ArgumentParser
import EngineCore

/// Which part of the past is asked for, and in which form.
struct HistoryRange: ParsableArguments, Sendable {
  /// Rows asked for in one call: an answer of this length is below the frame limit.
  static let pageLimit = 1000

  @Option(help: ArgumentHelp("At this time or later.", valueName: "time"))
  var from: TimeArgument?

  @Option(help: ArgumentHelp("Before this time.", valueName: "time"))
  var to: TimeArgument?

  @Option(name: [.long, .customShort("n")], help: "At most so many; 0 for all.")
  var limit = 1000

  @Option(help: "table, csv or ndjson.")
  var format: HistoryFormat?

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is 0 or more") }
    if let from, let to, from.time >= to.time { throw ValidationError("--from is before --to") }
  }

  /// Rows in the form that is wanted.
  func rows(_ columns: [HistoryColumn], in session: Session) -> HistoryRows {
    HistoryRows(columns, format ?? (session.output.isJSON ? .ndjson : .table))
  }

  /// How many rows to ask for next; nil when there are enough.
  func page(after count: Int) -> Int? {
    guard limit > 0 else { return Self.pageLimit }
    return count < limit ? min(limit - count, Self.pageLimit) : nil
  }

  /// A request for a page.
  func request(
    _ members: [(String, JSONValue?)], from: Timestamp?, limit: Int
  ) -> JSONValue {
    JSONValue.object([]).adding(
      members + [
        ("from", from.map { .string("\($0)") }), ("to", to.map { .string("\($0.time)") }),
        ("limit", .integer(limit)),
      ])
  }
}

/// What rows look like.
enum HistoryFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case table
  case csv
  case ndjson
}
