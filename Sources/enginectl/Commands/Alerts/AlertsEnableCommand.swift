import ArgumentParser

/// `enginectl alerts enable`
struct AlertsEnableCommand: RuleCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Let a rule work again.",
    discussion: "It stays so across restarts, until the rule itself is changed where it comes from."
  )

  @Argument(help: "The rule's id.")
  var rule: String

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions
}
