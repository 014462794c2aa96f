internal import EngineCore
internal import Synchronization

/// A question on its way to the lane. It is answered once; when nobody does, because the plugin
/// stops or its inbox is cleared, it answers itself.
final class BarQuestion: Sendable {
  enum Answer: Sendable {
    case specs([String])
    case bars(BarAnswer)
    case makings([BarMaking])
  }

  enum Subject: Sendable {
    case specs
    case bars(BarQuery)
    case makings
  }

  typealias Reply = Result<Answer, PluginError>

  let subject: Subject
  private let waiting: Mutex<CheckedContinuation<Reply, Never>?>

  init(_ subject: Subject, _ continuation: CheckedContinuation<Reply, Never>) {
    self.subject = subject
    waiting = Mutex(continuation)
  }

  deinit { answer(.failure(PluginError("the bars plugin stopped before it came to the question"))) }

  func answer(_ reply: Reply) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(returning: reply)
  }
}
