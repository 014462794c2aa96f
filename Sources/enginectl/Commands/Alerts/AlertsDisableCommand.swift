import ArgumentParser

/// `enginectl alerts disable`
struct AlertsDisableCommand: RuleCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Stop a rule; what it fires for ends.",
    discussion: "It stays so across restarts, until the rule itself is changed where it comes from."
  )

  @Argument(help: "The rule's id.")
  var rule: String

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions
}
