/// How long what is gathered waits before it is sent, by how much of the time sending takes.
///
/// As a rule all that waits goes out in one round each flush interval, what has just come too. When
/// sending takes nearly all the time there is, everything is held for longer, each client's for the
/// same time: it gets the same events in fewer messages, and late ones are late by a known time
/// instead of by the length of a queue.
struct SendingPace {
  /// What is gathered waits so long; 0 for as long as the round takes.
  private(set) var holdNanos: Int64 = 0
  private let flushNanos: Int64
  private var windowNanos: Int64 = 0
  private var spentNanos: Int64 = 0

  /// The share of the time is taken over so long.
  private static let windowMin: Int64 = 100_000_000
  /// After so long without anything to send the last share says nothing.
  private static let windowMax: Int64 = 1_000_000_000
  /// Above this share of 16 it is held for longer, below the other for less.
  private static let highShare: Int64 = 14
  private static let lowShare: Int64 = 9

  /// - Parameter flushNanos: how long something may wait where there is time; 0 for not at all,
  ///   also under load.
  init(flushNanos: Int64) { self.flushNanos = flushNanos }

  /// The longest that anything is held.
  private var holdMax: Int64 { flushNanos / 5 * 11 }

  /// Sending what could be fewer messages took so long, and ended now.
  mutating func spent(_ nanos: Int64, until now: Int64) {
    spentNanos += nanos
    let window = now - windowNanos
    guard window >= Self.windowMin else { return }
    if window > Self.windowMax {
      holdNanos = 0
    } else if spentNanos * 16 >= window * Self.highShare {
      holdNanos = min(max(holdNanos, flushNanos) / 4 * 5, holdMax)
    } else if spentNanos * 16 < window * Self.lowShare {
      holdNanos = holdNanos / 10 * 9
      if holdNanos < flushNanos { holdNanos = 0 }
    }
    windowNanos = now
    spentNanos = 0
  }
}
