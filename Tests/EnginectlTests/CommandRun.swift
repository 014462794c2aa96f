import ArgumentParser
import EngineCore

@testable import enginectl

/// What a command printed, and how it ended.
struct CommandRun {
  var status: ExitStatus
  var output: String
  var errors: String

  /// The printed lines, without the last line feed.
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// Runs a command line in this process, with a fixed clock.
  static func run(
    _ arguments: [String], socket: String? = nil, style: Style = .plain,
    answers: MemorySink = MemorySink(), isTerminal: Bool = false
  ) async throws -> CommandRun {
    let words = arguments + (socket.map { ["--socket", $0] } ?? [])
    guard let command = try Enginectl.parseAsRoot(words) as? any ControlCommand else {
      throw ValidationError("not a command: \(words)")
    }
    let errors = MemorySink()
    let output = Output(
      isJSON: command.common.json, style: style, isTerminal: isTerminal, answers: answers,
      errors: errors)
    let session = Session(
      options: command.common, pace: command.pace,
      environment: ProcessEnvironment(variable: { _ in nil }, file: { _ in nil }),
      output: output, clock: FixedClock())
    let status = await command.outcome(in: session)
    return CommandRun(status: status, output: answers.text, errors: errors.text)
  }

  /// The usage error of a command line; nil when it is accepted.
  static func usageError(_ arguments: [String]) -> String? {
    do {
      _ = try Enginectl.parseAsRoot(arguments)
      return nil
    } catch {
      return Enginectl.message(for: error)
    }
  }
}
