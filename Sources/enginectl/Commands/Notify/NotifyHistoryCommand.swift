import ArgumentParser
import EngineCore

/// `enginectl notify history`
struct NotifyHistoryCommand: ControlCommand {
  private static let limitMax = 10_000
  private static let pageLimit = 500

  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show every attempt and what came of it, newest first.")

  @Option(help: "To this channel.")
  var channel: String?

  @Option(help: "Of this rule.")
  var rule: String?

  @Option(help: "Of this notification.")
  var key: String?

  @Option(name: [.long, .customShort("n")], help: "How many.")
  var limit = 50

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(1...Self.limitMax).contains(limit) {
      throw ValidationError("--limit is 1 to \(Self.limitMax)")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    var found: [JSONValue] = []
    var before: Int64?
    while found.count < limit {
      let wanted = min(limit - found.count, Self.pageLimit)
      let page = try await target.call(
        "history",
        [
          ("channel", channel.map { .string($0) }), ("rule", rule.map { .string($0) }),
          ("key", key.map { .string($0) }), ("before", before.map { .integer($0) }),
          ("limit", .integer(wanted)),
        ], in: session
      ).list("attempts", of: "history")
      found += page
      before = page.last?.integer("number")
      guard page.count == wanted, before != nil else { break }
    }
    try session.show(.object([("attempts", .array(found))])) {
      NotifyTables.attempts($0, style: $1)
    }
  }
}
