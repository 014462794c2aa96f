import Dispatch
import Glibc

/// Turns SIGINT and SIGTERM into the end of a command.
enum Interrupts {
  /// Runs the work in a task. A signal cancels a stream, which then ends in good order; anything
  /// else, and a stream that does not end, is left at once.
  static func watching(
    for pace: CommandPace, output: Output, work: @escaping @Sendable () async -> ExitStatus
  ) async -> ExitStatus {
    let task = Task { await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      System.ignore(signal: number)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        guard pace == .stream, !task.isCancelled else {
          output.restoreScreen()
          System.leave(ExitStatus.interrupted.rawValue)
        }
        task.cancel()
      }
      source.activate()
      return source
    }
    let status = await task.value
    for source in sources { source.cancel() }
    return status
  }
}
