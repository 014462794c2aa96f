import EngineCore
import Notifications
import Synchronization

@testable import Notify

/// Receivers of a test: one answer for each channel, and all that came.
final class FakeReceiver: Sendable {
  struct Arrival: Sendable, Equatable {
    var channel: String
    var key: String
    var rules: [String]
  }

  private struct State: Sendable {
    var results: [String: AttemptResult] = [:]
    var arrivals: [Arrival] = []
    var hanging: [CheckedContinuation<Void, Never>] = []
    var hangs: Set<String> = []
  }

  private let state = Mutex(State())

  var arrivals: [Arrival] { state.withLock { $0.arrivals } }
  func keys(_ channel: String) -> [String] {
    arrivals.filter { $0.channel == channel }.map(\.key)
  }

  /// What a channel answers from now on; delivered unless told otherwise.
  func answer(_ channel: String, _ result: AttemptResult?) {
    state.withLock { $0.results[channel] = result }
  }

  /// Messages to that channel do not return until `release`.
  func hang(_ channel: String) { state.withLock { _ = $0.hangs.insert(channel) } }

  var hangingCount: Int { state.withLock { $0.hanging.count } }

  func release() {
    let waiting = state.withLock { state in
      state.hangs = []
      defer { state.hanging = [] }
      return state.hanging
    }
    for continuation in waiting { continuation.resume() }
  }

  func take(_ message: NotificationMessage) async -> AttemptResult {
    await withCheckedContinuation { continuation in
      let isHanging = state.withLock { state in
        guard state.hangs.contains(message.channel) else { return false }
        state.hanging.append(continuation)
        return true
      }
      if !isHanging { continuation.resume() }
    }
    return state.withLock { state in
      state.arrivals.append(
        Arrival(
          channel: message.channel, key: message.key, rules: message.entries.map(\.rule)))
      return state.results[message.channel] ?? .delivered("ok")
    }
  }

  var sender: @Sendable (ChannelSettings) -> any ChannelSender {
    { _ in Sender(receiver: self) }
  }

  private struct Sender: ChannelSender {
    let receiver: FakeReceiver

    func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
      await receiver.take(message)
    }
  }
}
