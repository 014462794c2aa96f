import BinaryProtocol
import NIOCore
import NIOPosix
import Synchronization

extension Session {
  private final class Alarm: Sendable {
    let hasRung = Atomic<Bool>(false)
  }

  /// Runs work that has no deadline of its own, and ends it when the command's time is over.
  ///
  /// - Parameter stop: called when the command is interrupted, so that the work can end in good
  ///   order; without it the work is cancelled.
  func limited<Result: Sendable>(
    _ name: String, stop: (@Sendable () -> Void)? = nil,
    _ work: @escaping @Sendable () async -> Swift.Result<Result, ControlError>
  ) async throws(ControlError) -> Result {
    let task = Task { await work() }
    let alarm = Alarm()
    let timer = remainingNanos().map { left in
      EngineConnection.loops.next().scheduleTask(in: .nanoseconds(max(left, 0))) {
        alarm.hasRung.store(true, ordering: .releasing)
        stop?()
        task.cancel()
      }
    }
    let result = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      if let stop { stop() } else { task.cancel() }
    }
    timer?.cancel()
    if alarm.hasRung.load(ordering: .acquiring) {
      throw .calling(name, CallError(.deadlineExceeded, ""), closed: nil, timeout: timeoutNanos)
    }
    return try result.get()
  }
}
