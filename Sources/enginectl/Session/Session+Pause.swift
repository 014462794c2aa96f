import BinaryProtocol
import EngineCore
import NIOCore
import NIOPosix

extension Session {
  /// Lets a while pass between two questions; throws when the command's time is over.
  func pause(millis: Int64) async throws(ControlError) {
    if let left = remainingNanos(), left <= 0 {
      throw .calling(
        "the command", CallError(.deadlineExceeded, ""), closed: nil, timeout: timeoutNanos)
    }
    let timer = EngineConnection.loops.next().scheduleTask(in: .milliseconds(millis)) {}
    do {
      try await timer.futureResult.get()
    } catch {
      throw .interrupted
    }
  }
}
