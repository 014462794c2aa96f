internal import EngineCore

/// What an instance knows of its store: what is committed, and what is on its way there.
struct AlertKeeper {
  enum Phase: Sendable {
    case idle
    /// The log has to be as far first: nothing may be kept that the log could lose.
    case awaitingLog(AlertBatch, sinceNanos: Int64)
    case committing(AlertBatch)
    /// Is tried again.
    case failed(AlertBatch, retryNanos: Int64)
  }

  /// After that the log is not waited for any more: it may have stopped recording, and then goes on
  /// without some events.
  static let patienceNanos: Int64 = 1_000_000_000
  static let retryNanos: Int64 = 500_000_000

  let store: any AlertStore
  let outbox: OutboxDesk
  let holder: Int64
  var phase = Phase.idle
  private(set) var serial: UInt64
  /// Of the last commit.
  var committed = AlertPosition()
  var commits: UInt64 = 0
  /// When the last commit began.
  var begunNanos = Int64.min / 2
  /// A timer is set for the next commit.
  var isTimed = false
  /// As of the last base.
  var outboxFigures: AlertOutboxFigures?
  /// Notifications that nobody took for too long.
  var givenUp: UInt64 = 0
  /// Of the last base, or the last that was begun.
  var basePosition: UInt64 = 0
  var baseNanos: Int64
  /// Why nothing can be kept now.
  var trouble: String?
  /// Whether that, or its end, was told on the bus.
  var hasNews = false

  init(store: any AlertStore, _ beginning: AlertBeginning, clock: any EngineClock) {
    self.store = store
    holder = beginning.holder
    serial = beginning.serial
    if let position = beginning.committed {
      committed = position
      basePosition = position.sequence
    }
    outbox = OutboxDesk(store: store, clock: clock)
    baseNanos = clock.monotonicNanos()
  }

  var isBusy: Bool {
    if case .idle = phase { return false }
    return true
  }

  mutating func nextSerial() -> UInt64 {
    serial += 1
    return serial
  }

  /// What is on its way and not committed for all that is known.
  var batch: AlertBatch? {
    switch phase {
    case .idle: nil
    case .awaitingLog(let batch, _), .committing(let batch), .failed(let batch, _): batch
    }
  }

  /// The log is where a batch waited for it to be: `keep` goes on.
  mutating func logHasCome(to serial: UInt64) {
    guard case .awaitingLog(let batch, _) = phase, batch.serial == serial else { return }
    phase = .awaitingLog(batch, sinceNanos: .min)
  }
}
