internal import EngineCore

/// Work that blocks its thread: on one of its own, so that nobody else waits for it.
enum BlockingWork {
  /// Nil when the system has no thread left.
  static func run<Result: Sendable>(
    _ name: String, _ body: @escaping @Sendable () -> Result
  ) async -> Result? {
    await withCheckedContinuation { continuation in
      let isStarted = LaneThread.start(name: name) { continuation.resume(returning: body()) }
      if !isStarted { continuation.resume(returning: nil) }
    }
  }
}
