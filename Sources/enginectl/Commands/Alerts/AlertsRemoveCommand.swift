import ArgumentParser

/// `enginectl alerts remove`
struct AlertsRemoveCommand: RuleCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a rule that was added; what it fires for ends.")

  @Argument(help: "The rule's id.")
  var rule: String

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    try session.show(try await reply(in: session)) { reply, _ in
      ["\(reply.text("removed") ?? rule) removed"]
    }
  }
}
