import ArgumentParser

/// `enginectl alerts show`
struct AlertsShowCommand: RuleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one rule, and its state for each instrument.")

  @Argument(help: "The rule's id.")
  var rule: String

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions
}
