import Synchronization

/// Tells a lost connection from the attempts to make another.
final class Dials: Sendable {
  private let wasConnected = Mutex(false)
  private let onLoss: @Sendable () -> Void

  init(_ onLoss: @escaping @Sendable () -> Void) { self.onLoss = onLoss }

  /// A connection is to be made: the one that there was is lost.
  func note() {
    let isLoss = wasConnected.withLock { was in
      defer { was = false }
      return was
    }
    if isLoss { onLoss() }
  }

  func succeeded() { wasConnected.withLock { $0 = true } }
}
