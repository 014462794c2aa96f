public import BinaryProtocol
public import NIOCore

/// The clock of an event loop: monotonic nanoseconds, timers on the loop.
public struct EventLoopClock: ConnectionClock {
  private let eventLoop: any EventLoop

  public init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  public var nowNanos: Int64 { Int64(clamping: NIODeadline.now().uptimeNanoseconds) }

  public func sleep(untilNanos: Int64) async throws {
    let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, untilNanos)))
    let timer = eventLoop.scheduleTask(deadline: deadline) {}
    try await withTaskCancellationHandler {
      try await timer.futureResult.get()
    } onCancel: {
      timer.cancel()
    }
  }
}
