import ArgumentParser
import EngineCore

/// A command that talks to the daemon, or could.
protocol ControlCommand: AsyncParsableCommand, Sendable {
  /// How it ends by itself, and how long it may take.
  var pace: CommandPace { get }
  var common: CommonOptions { get }

  /// Does the work. What went wrong is thrown, not printed.
  func perform(in session: Session) async throws(ControlError)
}

extension ControlCommand {
  var pace: CommandPace { .question }

  func run() async throws {
    System.ignoreBrokenPipe()
    let session = Session(
      options: common, pace: pace, environment: .process, output: Output.standard(common))
    let status = await Interrupts.watching(for: pace, output: session.output) {
      await outcome(in: session)
    }
    if status != .done { throw ExitCode(status.rawValue) }
  }

  /// Performs, tells what went wrong on the error output, and says how it ended.
  func outcome(in session: Session) async -> ExitStatus {
    let failure: ControlError?
    do throws(ControlError) {
      try await perform(in: session)
      failure = nil
    } catch {
      failure = error
    }
    await session.close()
    guard let failure else { return .done }
    // Ctrl-C is how a stream ends.
    if failure.status == .interrupted && pace == .stream { return .done }
    session.output.report(failure)
    return failure.status
  }
}
