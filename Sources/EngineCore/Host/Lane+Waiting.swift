internal import CPlatform
internal import Synchronization

/// A lane's life on its thread: turns, and what it waits for between them.
extension Lane {
  func run() {
    while !isEnding.load(ordering: .acquiring), !isAbandoned {
      if turn() || isAbandoned { continue }
      wait()
    }
  }

  /// One turn for a loop, which learns how long it may wait for other things.
  func turnOnLoop() -> LaneRest {
    if let sleeper { bus.endSleep(sleeper) }
    sleeper = nil
    parker.rise()
    guard !isEnding.load(ordering: .acquiring), !isAbandoned else {
      loop?.end()
      return .untilWoken
    }
    let hasMoved = turn()
    guard !isAbandoned else {
      loop?.end()
      return .untilWoken
    }
    // Whoever stops has a next step at once; what else is left is seen without a barrier, and what
    // comes by sockets wakes the loop by itself.
    let goesOn = hasMoved && (hasWork() || runners.contains { $0.halting != nil })
    return goesOn ? .none : lieDown()
  }

  private func hasWork() -> Bool {
    if hasMail.load(ordering: .acquiring) { return true }
    for runner in runners {
      if !runner.context.inbox.isEmpty { return true }
      if !runner.isPaused, let subscription = runner.subscription, subscription.hasNews,
        runner.plugin.canReceive
      {
        return true
      }
    }
    return false
  }

  private func wait() {
    let began = clock.monotonicNanos()
    if !spin(from: began) { sleep() }
    if spinBudget.max > 0 { spinBudget.waited(clock.monotonicNanos() - began) }
  }

  private func spin(from began: Int64) -> Bool {
    guard spinBudget.nanos > 0 else { return false }
    let end = min(began + spinBudget.nanos, nextDeadline())
    repeat {
      for _ in 0..<16 {
        if hasWork() { return true }
        tw_pause()
      }
      // Who publishes, or reads before this one, may need the processor.
      tw_yield()
    } while clock.monotonicNanos() < end
    return hasWork() || nextDeadline() <= clock.monotonicNanos()
  }

  /// When something is due by itself, on the monotonic clock; `max` when nothing is.
  func nextDeadline() -> Int64 {
    var deadline = Int64.max
    for runner in runners {
      if let halting = runner.halting {
        deadline = min(deadline, halting.deadline)
      } else if !runner.isPaused, !runner.waitsForRoom {
        deadline = min(deadline, runner.nextProduceNanos)
      }
      if !runner.timeIsUnderWay || !runner.wantsTime {
        deadline = min(deadline, runner.context.timers.nextNanos)
      }
    }
    return deadline
  }

  /// What a lane waits for that the bus may not wake it for: room that a reader made just before
  /// the lane lay down, and the progress of readers that its own ones stay behind.
  private static let lookNanos: Int64 = 1_000_000
  /// How often a reader that takes nothing is asked again.
  private static let refusalNanos: Int64 = 100_000_000

  private struct Needs {
    var kinds: UInt32 = 0
    var room = false
    /// The next event of a reader that stays behind others.
    var news = UInt64.max
    /// Nil: nothing is due by itself.
    var nanos: Int64?
  }

  /// What would end a sleep that begins now.
  private func needs() -> Needs {
    var needs = Needs()
    for runner in runners {
      if !runner.isPaused, let subscription = runner.subscription {
        if runner.plugin.canReceive {
          if subscription.lag > 0, !subscription.hasNews {
            // What is published now is not for it before others have handled what came earlier.
            needs.news = min(needs.news, subscription.handled + 1)
          } else {
            needs.kinds |= subscription.kindMask
          }
        } else if subscription.hasNews {
          needs.nanos = Self.refusalNanos
        }
      }
      needs.room = needs.room || runner.waitsForRoom || runner.outbox.isHolding
    }
    let deadline = nextDeadline()
    if deadline < .max {
      needs.nanos = min(needs.nanos ?? .max, deadline - clock.monotonicNanos())
    }
    if needs.room || needs.news < .max { needs.nanos = min(needs.nanos ?? .max, Self.lookNanos) }
    return needs
  }

  private func sleep() {
    let needs = needs()
    if let nanos = needs.nanos, nanos <= 0 { return }
    bus.sleep(
      parker, kinds: needs.kinds, isWaitingForRoom: needs.room, newsWanted: needs.news,
      nanos: needs.nanos
    ) { !hasWork() }
  }

  /// The same without sleeping: the loop sleeps.
  private func lieDown() -> LaneRest {
    let needs = needs()
    if let nanos = needs.nanos, nanos <= 0 { return .none }
    sleeper = bus.beginSleep(
      parker, kinds: needs.kinds, isWaitingForRoom: needs.room, newsWanted: needs.news)
    guard parker.lieDown(), !hasWork() else { return .none }
    guard let nanos = needs.nanos else {
      return AsymmetricBarrier.isAvailable ? .untilWoken : .nanos(Bus.blindSleepNanos)
    }
    return .nanos(AsymmetricBarrier.isAvailable ? nanos : min(nanos, Bus.blindSleepNanos))
  }
}
