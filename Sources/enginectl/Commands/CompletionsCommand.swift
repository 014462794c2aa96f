import ArgumentParser
import EngineCore

/// `enginectl completions`
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print the completion script of a shell.",
    discussion: """
      bash: enginectl completions bash > ~/.local/share/bash-completion/completions/enginectl
      zsh:  enginectl completions zsh > a folder of your fpath, as _enginectl
      fish: enginectl completions fish > ~/.config/fish/completions/enginectl.fish
      """)

  @Argument(help: "The shell.")
  var shell: ShellArgument

  @Flag(help: "Print {\"shell\", \"script\"} instead.")
  var json = false

  func run() throws {
    System.ignoreBrokenPipe()
    let script = Enginectl.completionScript(for: shell.shell)
    var options = CommonOptions()
    options.json = json
    let output = Output.standard(options)
    do throws(ControlError) {
      if json {
        try output.json(.object([("shell", .string(shell.rawValue)), ("script", .string(script))]))
      } else {
        try output.lines([script])
      }
    } catch {
      output.report(error)
      throw ExitCode(error.status.rawValue)
    }
  }
}
