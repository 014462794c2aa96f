internal import EngineCore
internal import Synchronization

/// Remembers which ticks were pushed lately, so that one that is sent again is not taken in twice:
/// of each only a number, which another has by one chance in a billion billions.
final class PushedTicks: Sendable {
  /// So many are remembered.
  static let countMax = 1 << 20

  private struct State: Sendable {
    var known: Set<UInt64> = []
    /// In the order in which they came; the oldest gives way.
    var order: [UInt64] = []
    var next = 0
  }

  private let state = Mutex(State())
  private let countMax: Int

  init(countMax: Int = PushedTicks.countMax) { self.countMax = countMax }

  /// Remembers a tick; false when it is known already.
  func insert(_ mark: UInt64) -> Bool {
    state.withLock { state in
      guard state.known.insert(mark).inserted else { return false }
      guard state.order.count == countMax else {
        state.order.append(mark)
        return true
      }
      state.known.remove(state.order[state.next])
      state.order[state.next] = mark
      state.next = (state.next + 1) % countMax
      return true
    }
  }

  /// Forgets ticks that were not taken in after all, or were cancelled.
  func remove(_ marks: [UInt64]) {
    state.withLock { state in for mark in marks { state.known.remove(mark) } }
  }

  /// What makes a trade the same as another.
  static func mark(of trade: Trade) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(trade.instrument)
    hasher.combine(trade.eventTime)
    hasher.combine(trade.price)
    hasher.combine(trade.size)
    hasher.combine(trade.venueSequence)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}
