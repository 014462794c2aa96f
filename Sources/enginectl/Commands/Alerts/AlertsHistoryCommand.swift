import ArgumentParser
import EngineCore

/// `enginectl alerts history`
struct AlertsHistoryCommand: ControlCommand {
  /// Transitions asked for in one call: an answer of this length is far below the frame limit.
  static let pageLimit = 500

  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what became of which rule, newest first.")

  @OptionGroup var selection: AlertSelection

  @Option(help: ArgumentHelp("At this time or later.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("Before this time.", valueName: "time"))
  var to: String?

  @Option(name: [.long, .customShort("n")], help: "How many.")
  var limit = 50

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(1...AlertQuery.limitMax).contains(limit) {
      throw ValidationError("--limit is 1 to \(AlertQuery.limitMax)")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    var found: [JSONValue] = []
    var before: Int64?
    while found.count < limit {
      let wanted = min(limit - found.count, Self.pageLimit)
      let page = try await target.call("history", request(before, wanted), in: session)
        .list("transitions", of: "history")
      found += page
      before = page.last?.integer("number")
      guard page.count == wanted, before != nil else { break }
    }
    try session.show(.object([("transitions", .array(found))])) {
      AlertTables.transitions($0, style: $1)
    }
  }

  private func request(_ before: Int64?, _ limit: Int) -> [(String, JSONValue?)] {
    selection.arguments + [
      ("from", from.map { .string($0) }), ("to", to.map { .string($0) }),
      ("before", before.map { .integer($0) }), ("limit", .integer(limit)),
    ]
  }
}
