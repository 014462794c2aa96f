/// Decides over one plugin's life: what happened comes in, what to do comes out. No I/O, no clock.
struct Supervisor {
  /// What the host has to do next.
  enum Action: Equatable {
    case none
    /// Make it and start it on its lane.
    case launch
    /// Stop it on its lane.
    case halt
  }

  private(set) var state = PluginState.stopped
  private(set) var restarts = 0
  private(set) var lastError: String?
  private(set) var since: Timestamp
  /// When it will be started again, on the monotonic clock.
  private(set) var retryNanos: Int64?
  private var crashes: [Int64] = []
  /// When it was last started again by itself.
  private var restartedNanos = Int64.min
  /// Restarts in a row without a quiet window between them.
  private var attempt = 0
  private var wantsLaunchAfterHalt = false
  var policy: RestartPolicy
  private var random: SeededRandom

  init(policy: RestartPolicy, seed: UInt64, now: Timestamp) {
    self.policy = policy
    random = SeededRandom(seed: seed)
    since = now
  }

  /// A person, or the engine's start, wants it to run.
  mutating func startRequested(now: Timestamp) -> Action {
    switch state {
    case .running, .starting: return .none
    case .stopping:
      wantsLaunchAfterHalt = true
      return .none
    case .stopped, .failed, .backoff:
      crashes = []
      attempt = 0
      retryNanos = nil
      enter(.starting, now: now)
      return .launch
    }
  }

  /// `start` returned.
  mutating func launched(now: Timestamp) {
    guard state == .starting else { return }
    enter(.running, now: now)
  }

  /// It threw, or took too long, in any call; the lane has let go of it.
  mutating func crashed(_ error: String, now: Timestamp, nanos: Int64) -> Action {
    guard state == .running || state == .starting || state == .stopping else { return .none }
    lastError = error
    // While stopping: it is gone either way.
    if state == .stopping { return halted(now: now) }
    // The wait for a restart is no quiet time, however long it is.
    let quietSince = crashes.last.map { max($0, restartedNanos) }
    crashes.removeAll { nanos - $0 > policy.windowNanos }
    crashes.append(nanos)
    if let quietSince, nanos - quietSince > policy.windowNanos { attempt = 0 }
    if !policy.restarts || crashes.count > policy.intensity {
      enter(.failed, now: now)
      return .none
    }
    retryNanos = nanos + policy.waitNanos(attempt: attempt, random: &random)
    attempt += 1
    enter(.backoff, now: now)
    return .none
  }

  /// A person, or the engine's end, wants it to stop.
  mutating func stopRequested(now: Timestamp) -> Action {
    wantsLaunchAfterHalt = false
    switch state {
    case .running, .starting:
      enter(.stopping, now: now)
      return .halt
    case .backoff, .failed:
      retryNanos = nil
      enter(.stopped, now: now)
      return .none
    case .stopped, .stopping: return .none
    }
  }

  /// `stop` returned.
  mutating func halted(now: Timestamp) -> Action {
    guard state == .stopping else { return .none }
    enter(.stopped, now: now)
    guard wantsLaunchAfterHalt else { return .none }
    wantsLaunchAfterHalt = false
    enter(.starting, now: now)
    return .launch
  }

  /// Time has gone by.
  mutating func tick(now: Timestamp, nanos: Int64) -> Action {
    guard state == .backoff, let retry = retryNanos, retry <= nanos else { return .none }
    retryNanos = nil
    restartedNanos = nanos
    restarts += 1
    enter(.starting, now: now)
    return .launch
  }

  private mutating func enter(_ next: PluginState, now: Timestamp) {
    state = next
    since = now
  }
}
