import AlertRules
import ArgumentParser
import EngineCore

/// `enginectl alerts add`
struct AlertsAddCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a rule, or put it in the place of the one of its id.",
    discussion: """
      It is kept across restarts until alerts remove. Rules of the configuration and of rule files \
      are changed there. A rule of many parts is easier in a file: --file rules.json adds all that \
      it has.
      """)

  @Argument(help: "The rule's id; not with --file.")
  var id: String?

  @OptionGroup var rule: RuleOptions

  @Option(
    help: ArgumentHelp("A file with rules: a list, or {\"rules\": […]}.", valueName: "path"),
    completion: .file(extensions: ["json"]))
  var file: String?

  @Flag(help: "Take instruments and bars that have not been seen, too.")
  var force = false

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if (id == nil) == (file == nil) { throw ValidationError("name an id, or a --file") }
    if file == nil, rule.when == nil {
      throw ValidationError("say when it fires: --when 'price(EURUSD) > 1.1'")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    var rules: [JSONValue]
    if let file {
      rules = try RuleInput.rules(in: file, environment: session.environment).map(\.json)
    } else {
      rules = [rule.json(id: id ?? "")]
      _ = try RuleInput.check(rules[0])
    }
    var replies: [JSONValue] = []
    for rule in rules {
      replies.append(
        try await target.call(
          "add", [("rule", rule), ("force", force ? .bool(true) : nil)], in: session))
    }
    if file != nil {
      let reply = JSONValue.object([("added", .integer(replies.count))])
      return try session.show(reply) { _, _ in ["\(replies.count) rules added"] }
    }
    try session.show(replies[0]) { AlertTables.rule($0, style: $1) }
  }
}
