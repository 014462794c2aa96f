internal import EngineCore

/// What came of attempts and is not kept yet: one write at a time, of all that has gathered.
struct Settling {
  /// More than that, and nothing more is sent: memory stays bounded while nothing can be written.
  static let most = 2000

  var settlements: [AlertOutboxSettlement] = []
  var attempts: [Attempt] = []
  /// The write that is under way, or failed and is tried again.
  var batch: [AlertOutboxSettlement] = []
  var batchAttempts: [Attempt] = []
  var isWriting = false
  /// Not before, on the monotonic clock: the last try failed.
  var retryNanos = Int64.min

  var isFull: Bool { settlements.count + batch.count >= Self.most }
  var isEmpty: Bool { settlements.isEmpty && batch.isEmpty && attempts.isEmpty }

  /// Takes the next batch, or the one that failed.
  mutating func begin() {
    isWriting = true
    batch += settlements
    batchAttempts += attempts
    settlements = []
    attempts = []
  }
}
