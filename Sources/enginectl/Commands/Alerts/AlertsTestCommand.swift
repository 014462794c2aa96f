import AlertRules
import ArgumentParser
import EngineCore
import TickFiles

/// `enginectl alerts test`
struct AlertsTestCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Say when a rule would have fired on a tick file.",
    discussion: """
      RULE is a condition, such as 'price(EURUSD) > 1.1', or the id of a rule: of --file, or else of \
      the running engine. Needs no daemon but for that. Durations run on the times of the ticks; the \
      bars that a rule reads are made of the same ticks. Columns: see bars compute.
      """)

  @Argument(help: "A condition, or a rule's id.")
  var rule: String

  @Option(
    help: ArgumentHelp("The tick file, CSV plain or gzip.", valueName: "path"),
    completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp("The rule file that has the rule.", valueName: "path"),
    completion: .file(extensions: ["json"]))
  var file: String?

  @Option(help: "The symbol of all rows, for files without such a column.")
  var symbol: String?

  @Flag(help: "Say at the end what each instrument's state is, and why.")
  var explain = false

  @OptionGroup var options: RuleOptions
  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if options.when != nil { throw ValidationError("the condition is the argument itself") }
  }

  func perform(in session: Session) async throws(ControlError) {
    let rule = try await resolved(in: session)
    var settings = FileSettings(path: data)
    settings.rows.symbol = symbol
    let run: AlertFileRun
    let faults: [String]
    do {
      var made = try AlertFileRun(settings, rule: rule)
      faults = try made.run()
      run = made
    } catch let error as ControlError {
      throw error
    } catch {
      throw ControlError(.refused, "\(data): \(error)")
    }
    for fault in faults.prefix(10) {
      session.output.report(ControlError(.refused, "\(data):\(fault)"))
    }
    let reply = run.reply(explains: explain)
    try session.show(reply) { reply, style in
      var lines = AlertTables.transitions(reply, style: style)
      lines.append(
        "\(Figures.grouped(Int64(run.ticks))) ticks, \(run.firings) firings, "
          + "\(run.notifications) notifications")
      for explanation in reply["explanations"]?.array ?? [] {
        lines += AlertTables.explanation(explanation, style: style)
      }
      return lines
    }
    if !faults.isEmpty {
      throw ControlError(.refused, "\(data): \(faults.count) rows could not be read")
    }
  }

  /// The rule that is meant.
  private func resolved(in session: Session) async throws(ControlError) -> AlertRule {
    if rule.contains("(") {
      var given = options
      given.when = rule
      return try RuleInput.check(given.json(id: "test"))
    }
    if let file {
      let rules = try RuleInput.rules(in: file, environment: session.environment)
      if let found = rules.first(where: { $0.id == rule }) { return found }
      let near = Spelling.nearest(to: rule, in: rules.map(\.id))
      throw ControlError(
        .usage, "\(file) has no rule \"\(rule)\"", hint: near.map { "did you mean \"\($0)\"?" })
    }
    let reply = try await target.call("show", [("rule", .string(rule))], in: session)
    return try RuleInput.check(reply["rule"] ?? .null)
  }
}
