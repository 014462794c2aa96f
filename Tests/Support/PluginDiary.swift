public import EngineCore
internal import Synchronization

/// What a test plugin of one name was asked to do, over all its instances. Any thread may read it.
public final class PluginDiary: Sendable {
  private struct State {
    var calls: [String: Int] = [:]
    var events: [Event] = []
    var received = 0
    var log: [String] = []
    var outcomes: [PublishOutcome: Int] = [:]
    var context: PluginContext.Parts?
    var desk: [Int] = []
    var isFull = false
  }

  private let state = Mutex(State())
  /// Where its calls hang.
  public let gate = Gate()

  /// Counts a call and returns how many of its kind came before.
  @discardableResult
  func called(_ name: String, _ detail: String = "") -> Int {
    state.withLock { state in
      state.log.append(detail.isEmpty ? name : "\(name) \(detail)")
      let before = state.calls[name, default: 0]
      state.calls[name] = before + 1
      return before
    }
  }

  func received(_ batch: Span<Event>, keeps: Bool) {
    state.withLock { state in
      state.received += batch.count
      guard keeps else { return }
      for index in 0..<batch.count { state.events.append(batch[index]) }
    }
  }

  func published(_ outcome: PublishOutcome) {
    state.withLock { $0.outcomes[outcome, default: 0] += 1 }
  }

  func made(_ context: PluginContext) {
    state.withLock { $0.context = PluginContext.Parts(context) }
  }

  /// Leaves the number of a trade for the plugin to publish, if it is one that does.
  public func post(_ number: Int) { state.withLock { $0.desk.append(number) } }

  func takeDesk() -> [Int] {
    state.withLock { state in
      defer { state.desk = [] }
      return state.desk
    }
  }

  /// Whether the plugin says that it can take no events now, if it is one that does.
  public var isFull: Bool {
    get { state.withLock { $0.isFull } }
    set { state.withLock { $0.isFull = newValue } }
  }

  /// How often a call came: `init`, `start`, `receive`, `produce`, `timer`, `handle`, `inbox`,
  /// `paused`, `reconfigure`, `stop`.
  public func count(of call: String) -> Int { state.withLock { $0.calls[call] ?? 0 } }

  /// All calls in order; `receive` and `produce` too.
  public var log: [String] { state.withLock { $0.log } }

  /// What was received, if the plugin keeps it.
  public var events: [Event] { state.withLock { $0.events } }

  /// How many events were received.
  public var received: Int { state.withLock { $0.received } }

  /// How many events the sink answered so.
  public func count(of outcome: PublishOutcome) -> Int {
    state.withLock { $0.outcomes[outcome] ?? 0 }
  }

  /// What the newest instance may hand to other threads.
  public var parts: PluginContext.Parts? { state.withLock { $0.context } }
}

extension PluginContext {
  /// The parts of a context that any thread may use.
  public struct Parts: Sendable {
    public let inbox: Inbox
    public let background: Background
    public let seed: UInt64

    init(_ context: PluginContext) {
      inbox = context.inbox
      background = context.background
      seed = context.seed
    }
  }
}
