import ArgumentParser
import EngineCore

/// `enginectl completions`
struct CompletionsCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print the completion script of a shell.",
    discussion: """
      bash: enginectl completions bash > ~/.local/share/bash-completion/completions/enginectl
      zsh:  enginectl completions zsh > a folder of your fpath, as _enginectl
      fish: enginectl completions fish > ~/.config/fish/completions/enginectl.fish
      """)

  @Argument(help: "The shell.")
  var shell: ShellArgument

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let script = Enginectl.completionScript(for: shell.shell)
    guard session.output.isJSON else { return try session.output.lines([script]) }
    try session.output.json(
      .object([("shell", .string(shell.rawValue)), ("script", .string(script))]))
  }
}
