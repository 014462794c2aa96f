import ArgumentParser

/// A shell that completions are made for.
enum ShellArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
  case bash, zsh, fish

  var shell: CompletionShell {
    switch self {
    case .bash: .bash
    case .zsh: .zsh
    case .fish: .fish
    }
  }
}
