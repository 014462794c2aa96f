internal import EngineCore

/// The state machine. Its inputs are what the condition is, and that a time has come.
extension AlertInstance {
  /// The state between firings.
  private var rest: AlertState { lastFired == Self.never ? .inactive : .resolved }

  private func cooldownEnd(_ policy: AlertPolicy) -> Int64 {
    lastFired == Self.never || policy.cooldown == 0
      ? .min : Self.sum(lastFired, policy.cooldown)
  }

  private static func sum(_ time: Int64, _ nanos: Int64) -> Int64 {
    Timestamp(nanoseconds: time).advanced(byNanos: nanos).nanoseconds
  }

  /// When it may fire if the condition stays true.
  private func fireTime(_ policy: AlertPolicy) -> Int64 {
    max(Self.sum(begun, policy.hold), cooldownEnd(policy))
  }

  /// When `timer` has to be called next; nil when never.
  public func nextTimer(_ policy: AlertPolicy) -> Int64? {
    if state == .pending || marks.contains(.isHeld) { return fireTime(policy) }
    guard isFiring else { return nil }
    if marks.contains(.isFlapping), calmSince != Self.never {
      return Self.sum(calmSince, policy.flapWindow)
    }
    if state == .firing, policy.repeatEvery > 0, lastTold != Self.never {
      return Self.sum(lastTold, policy.repeatEvery)
    }
    return nil
  }

  /// Takes in what the condition, and `clear` where the rule has one, now is.
  public mutating func observe(
    _ condition: Truth, clear: Truth?, at now: Int64, _ policy: AlertPolicy
  ) -> AlertStep {
    self.condition = condition
    if condition == .no { marks.remove(.needsEnd) }
    switch state {
    case .inactive, .resolved:
      if marks.contains(.isHeld) { return observeHeld(condition, now, policy) }
      guard condition == .yes, !marks.contains(.needsEnd), !(policy.once && lastFired != Self.never)
      else {
        return .none
      }
      begun = now
      if now < cooldownEnd(policy) {
        marks.insert(.isHeld)
        return .none
      }
      return policy.hold > 0 ? change(to: .pending, .met, now) : fire(.met, now, policy)
    case .pending:
      guard condition == .yes else {
        begun = Self.never
        return change(to: rest, .ended, now)
      }
      return now >= fireTime(policy) ? fire(.held, now, policy) : .none
    case .firing, .acknowledged:
      let isOver = clear.map { $0 == .yes && condition != .yes } ?? (condition == .no)
      if marks.contains(.isFlapping) { return observeFlapping(condition, isOver, now, policy) }
      return isOver ? resolve(.cleared, now) : .none
    }
  }

  /// A condition that would have fired but for the cooldown.
  private mutating func observeHeld(
    _ condition: Truth, _ now: Int64, _ policy: AlertPolicy
  ) -> AlertStep {
    guard condition == .yes else {
      if now >= Self.sum(begun, policy.hold) { suppressed &+= 1 }
      marks.remove(.isHeld)
      begun = Self.never
      return .none
    }
    return now >= fireTime(policy) ? fire(.cooldownOver, now, policy) : .none
  }

  private mutating func observeFlapping(
    _ condition: Truth, _ isOver: Bool, _ now: Int64, _ policy: AlertPolicy
  ) -> AlertStep {
    if calmSince == Self.never {
      if isOver { calmSince = now }
    } else if condition == .yes {
      calmSince = Self.never
      suppressed &+= 1
      // What was due meanwhile is not made up for.
      if lastTold != Self.never, Self.sum(lastTold, policy.repeatEvery) <= now { lastTold = now }
      return .none
    }
    guard calmSince != Self.never, now >= Self.sum(calmSince, policy.flapWindow) else {
      return .none
    }
    return resolve(.calm, now)
  }

  /// Takes in that a time has come.
  public mutating func timer(at now: Int64, _ policy: AlertPolicy) -> AlertStep {
    if state == .pending {
      return now >= fireTime(policy) ? fire(.held, now, policy) : .none
    }
    if marks.contains(.isHeld) {
      return now >= fireTime(policy) ? fire(.cooldownOver, now, policy) : .none
    }
    guard isFiring, let due = nextTimer(policy), now >= due else { return .none }
    if marks.contains(.isFlapping), calmSince != Self.never { return resolve(.calm, now) }
    lastTold = now
    return AlertStep(notice: .repeated)
  }

  /// A person has seen it: no further notifications of this firing. False when it does not fire.
  public mutating func acknowledge(at now: Int64) -> AlertStep? {
    guard state == .firing else { return nil }
    return change(to: .acknowledged, .acknowledged, now)
  }

  /// Ends whatever it is in: the rule expired, was disabled or removed.
  public mutating func end(_ reason: AlertReason, at now: Int64) -> AlertStep {
    marks.subtract([.isHeld, .needsEnd])
    begun = Self.never
    condition = .unknown
    switch state {
    case .inactive, .resolved: return .none
    case .pending: return change(to: rest, reason, now)
    case .firing, .acknowledged: return resolve(reason, now)
    }
  }

  // MARK: Changes

  private mutating func fire(
    _ reason: AlertReason, _ now: Int64, _ policy: AlertPolicy
  ) -> AlertStep {
    generation &+= 1
    notifications = 0
    lastFired = now
    lastTold = now
    calmSince = Self.never
    marks.subtract([.isHeld, .isSilenced, .wasTold])
    marks.insert(.needsEnd)
    if policy.flapFirings > 0 {
      if flapStart == Self.never || now > Self.sum(flapStart, policy.flapWindow) {
        flapStart = now
        flapCount = 0
      }
      flapCount &+= 1
      if flapCount >= policy.flapFirings { marks.insert(.isFlapping) }
    }
    var step = change(to: .firing, reason, now, since: begun)
    step.notice = marks.contains(.isFlapping) ? .flapping : .firing
    begun = Self.never
    return step
  }

  private mutating func resolve(_ reason: AlertReason, _ now: Int64) -> AlertStep {
    let isFlapping = marks.contains(.isFlapping)
    if isFlapping {
      marks.remove(.isFlapping)
      flapStart = Self.never
      flapCount = 0
    }
    calmSince = Self.never
    var step = change(to: .resolved, reason, now, since: lastFired)
    step.change?.isFlapping = isFlapping
    step.notice = .resolved
    return step
  }

  private mutating func change(
    to state: AlertState, _ reason: AlertReason, _ now: Int64, since: Int64? = nil
  ) -> AlertStep {
    let change = AlertStep.Change(
      from: self.state, to: state, reason: reason, since: since ?? now, suppressed: suppressed,
      isFlapping: marks.contains(.isFlapping))
    self.state = state
    self.since = now
    suppressed = 0
    return AlertStep(change: change)
  }
}
