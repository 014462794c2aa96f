internal import EngineCore

/// What happens when a time has come.
extension AlertEngine {
  /// Goes on to a time: what is due by then happens first, in order.
  mutating func pass<Output: AlertOutput & ~Copyable>(
    _ time: Int64, _ cause: UInt64, to output: inout Output
  ) {
    if clock == .min, time > .min { begin(time) }
    // The end of time stands for what is never due.
    while due <= time, due != .max {
      clock = max(clock, due)
      endSilences(cause, to: &output)
      expireRules(cause, to: &output)
      runTimers(cause, to: &output)
      fallSilent(cause, to: &output)
      flushGroups(cause, to: &output)
      refreshDue()
    }
    clock = max(clock, time)
  }

  /// The first time of a log: instruments that rules name are silent from here on.
  private mutating func begin(_ time: Int64) {
    clock = time
    for desk in desks.indices where desks[desk].isOpen {
      gates[desk].heard = time
      awaitSilence(desk)
    }
    refreshDue()
  }

  /// When something is due next.
  mutating func refreshDue() {
    due = min(
      min(timers.least, silenceTimers.least), min(expiryTimers.least, groupTimers.least),
      silenceEnd)
  }

  private mutating func runTimers<Output: AlertOutput & ~Copyable>(
    _ cause: UInt64, to output: inout Output
  ) {
    guard timers.least <= clock else { return }
    var states: [Int32] = []
    while timers.least <= clock, let entry = timers.pop(&placesInTimers) {
      states.append(entry.number)
    }
    states.sort {
      let (left, right) = (instances[Int($0)], instances[Int($1)])
      return (left.rule.raw, left.instrument.raw) < (right.rule.raw, right.instrument.raw)
    }
    for number in states {
      let state = Int(number)
      let policy = plans[Int(places[state].slot)].policy
      let before = instances[state]
      let step = instances[state].timer(at: clock, policy)
      if step != .none { apply(step, state, cause, to: &output) }
      settle(state, before, policy)
      if instances[state] == before, let next = before.nextTimer(policy), next > clock {
        timers.push(next, number, &placesInTimers)
      }
    }
  }

  // MARK: Silence of instruments

  /// Whether an instrument has been silent for so long, while its market was open.
  mutating func isStale(_ desk: Int, _ nanos: Int64) -> Bool {
    let heard = gates[desk].heard
    guard clock != .min, heard != .min else { return false }
    let stretch = desks[desk].hours.stretch(at: clock)
    guard stretch.isOpen else { return false }
    let since = Timestamp(nanoseconds: max(heard, stretch.range.lowerBound))
    return Timestamp(nanoseconds: clock).nanos(since: since) >= nanos
  }

  /// Sets when the silence of an instrument has to be looked at next.
  mutating func awaitSilence(_ desk: Int) {
    silenceTimers.remove(Int32(desk), &placesInSilence)
    desks[desk].isMute = false
    guard !desks[desk].onSilence.isEmpty, clock != .min else { return }
    desks[desk].isMute = desks[desk].patience.first.map { isStale(desk, $0) } ?? false
    let stretch = desks[desk].hours.stretch(at: clock)
    var next = stretch.range.upperBound
    if stretch.isOpen {
      let since = Timestamp(nanoseconds: max(gates[desk].heard, stretch.range.lowerBound))
      let times = desks[desk].patience.map { since.advanced(byNanos: $0).nanoseconds }
      next = min(next, times.first { $0 > clock } ?? .max)
    }
    if next != .max { silenceTimers.push(next, Int32(desk), &placesInSilence) }
  }

  private mutating func fallSilent<Output: AlertOutput & ~Copyable>(
    _ cause: UInt64, to output: inout Output
  ) {
    guard silenceTimers.least <= clock else { return }
    var found: [Int] = []
    while silenceTimers.least <= clock, let entry = silenceTimers.pop(&placesInSilence) {
      found.append(Int(entry.number))
    }
    for desk in found.sorted() {
      awaitSilence(desk)
      triggered += desks[desk].onSilence
      react(desk, cause, to: &output)
    }
  }

  // MARK: Rules whose time is over

  private mutating func expireRules<Output: AlertOutput & ~Copyable>(
    _ cause: UInt64, to output: inout Output
  ) {
    guard expiryTimers.least <= clock else { return }
    var slots: [Int] = []
    while expiryTimers.least <= clock, let entry = expiryTimers.pop(&placesInExpiry) {
      slots.append(Int(entry.number))
    }
    slots.sort { (rules[$0]?.id.raw ?? 0) < (rules[$1]?.id.raw ?? 0) }
    for slot in slots {
      rules[slot]?.hasExpired = true
      setOn(slot, false, .expired, cause, to: &output)
    }
  }
}
