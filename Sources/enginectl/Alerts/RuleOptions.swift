import AlertRules
import ArgumentParser
import EngineCore

/// A rule from the command line.
struct RuleOptions: ParsableArguments, Sendable {
  @Option(help: ArgumentHelp("When it fires: a condition.", valueName: "condition"))
  var when: String?

  @Option(
    help: ArgumentHelp("When it is over, if not when --when is false.", valueName: "condition"))
  var clear: String?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long --when must hold, such as 5s.", valueName: "duration"))
  var hold: String?

  @Option(
    help: ArgumentHelp("The least time from one firing to the next.", valueName: "duration"))
  var cooldown: String?

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp("Tell again so often while it fires.", valueName: "duration"))
  var repeatEvery: String?

  @Option(
    help: ArgumentHelp("Firings within so long are one notification.", valueName: "duration"))
  var group: String?

  @Option(help: ArgumentHelp("When it ends for good.", valueName: "time"))
  var expires: String?

  @Option(help: "info, warning or critical.")
  var severity: String?

  @Option(help: "What is told; {symbol}, {value} and {threshold} are filled in.")
  var message: String?

  @Option(
    help: ArgumentHelp("A channel that is told; may be given several times.", valueName: "channel"))
  var notify: [String] = []

  @Flag(help: "Tell when it is over, too.")
  var notifyResolved = false

  @Flag(help: "Fire once for each instrument.")
  var once = false

  @Option(help: "Whom the limits count it for.")
  var owner: String?

  /// As rule files have it.
  func json(id: String) -> JSONValue {
    func text(_ value: String?) -> JSONValue? { value.map { .string($0) } }
    return JSONValue.object([("id", .string(id))]).adding([
      ("when", text(when)), ("clear", text(clear)), ("for", text(hold)),
      ("cooldown", text(cooldown)), ("once", once ? .bool(true) : nil),
      ("repeat", text(repeatEvery)), ("expires", text(expires)), ("severity", text(severity)),
      ("message", text(message)),
      ("notify", notify.isEmpty ? nil : .array(notify.map { .string($0) })),
      ("notify_resolved", notifyResolved ? .bool(true) : nil), ("group", text(group)),
      ("owner", text(owner)),
    ])
  }
}
