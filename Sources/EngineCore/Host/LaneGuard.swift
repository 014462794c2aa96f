internal import Synchronization

/// Tells the host's watchdog whether a lane is inside a plugin's call, and lets the host abandon a
/// call that does not return.
///
/// The value is odd inside a call. The lane leaves by compare-and-exchange, so that exactly one of
/// both wins: the call that came back, or the host that gave it up.
final class LaneGuard: Sendable {
  private let state = Atomic<UInt64>(0)
  private let isStopping = Atomic<Bool>(false)
  private static let abandoned = UInt64.max

  /// Before a plugin's call; `stops` when it is its last one.
  func enter(stops: Bool = false) -> UInt64 {
    isStopping.store(stops, ordering: .relaxed)
    let call = state.load(ordering: .relaxed) &+ 1
    state.store(call, ordering: .releasing)
    return call
  }

  /// After it. False: the lane was given to another thread; this one must touch nothing more.
  func leave(_ call: UInt64) -> Bool {
    state.compareExchange(
      expected: call, desired: call &+ 1, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// The call under way, or nil.
  var current: UInt64? {
    let value = state.load(ordering: .acquiring)
    return value & 1 == 1 && value != Self.abandoned ? value : nil
  }

  /// Whether the call under way is a plugin's last one.
  var isInStop: Bool { isStopping.load(ordering: .relaxed) }

  /// Gives up that call. False when it has come back by now.
  func abandon(_ call: UInt64) -> Bool {
    state.compareExchange(
      expected: call, desired: Self.abandoned, ordering: .acquiringAndReleasing
    ).exchanged
  }
}
