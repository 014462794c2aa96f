import AlertRules
import EngineCore

/// One state by the words of docs/alerts.md: second by second, over the whole history, with no
/// regard for speed. Compared with the state machine.
struct NaiveState {
  struct Observation {
    var condition: Truth
    var clear: Truth?
  }

  let policy: AlertPolicy
  private(set) var log: [String] = []
  private var firings: [Int64] = []
  /// What was seen last.
  private var seen = Observation(condition: .unknown, clear: nil)
  private var trueSince: Int64?
  private var mode = Mode.idle
  private var hadEnd = true
  private var heldBack: UInt32 = 0
  private var told: Int64 = 0
  private var windowFirings: [Int64] = []
  private var quietSince: Int64?
  private var isFlapping = false

  private enum Mode {
    case idle, waiting, firing, acknowledged
  }

  init(_ policy: AlertPolicy) { self.policy = policy }

  private var isCooling: (Int64) -> Bool {
    let (last, cooldown) = (firings.last, policy.cooldown)
    return { now in last.map { now < $0 + cooldown } ?? false }
  }

  /// A second passes, perhaps with something seen at its end.
  mutating func second(_ now: Int64, _ observation: Observation?, acknowledge: Bool) {
    timers(now)
    if let observation { look(observation, now) }
    if acknowledge, mode == .firing {
      mode = .acknowledged
      write("acknowledged", now)
    }
  }

  private mutating func timers(_ now: Int64) {
    switch mode {
    case .idle, .waiting:
      guard let since = trueSince, now >= since + policy.hold, !isCooling(now) else { return }
      fire(mode == .waiting ? "held" : "cooldownOver", now)
    case .firing, .acknowledged:
      if isFlapping, let quiet = quietSince {
        if now >= quiet + policy.flapWindow { resolve("calm", now) }
      } else if mode == .firing, policy.repeatEvery > 0, now >= told + policy.repeatEvery {
        told = now
        log.append("\(now) again")
      }
    }
  }

  private mutating func look(_ observation: Observation, _ now: Int64) {
    seen = observation
    if observation.condition == .no { hadEnd = true }
    let isTrue = observation.condition == .yes
    switch mode {
    case .idle:
      if !isTrue {
        if let since = trueSince, now >= since + policy.hold { heldBack += 1 }
        trueSince = nil
        return
      }
      guard trueSince == nil, hadEnd, !(policy.once && !firings.isEmpty) else { return }
      trueSince = now
      if isCooling(now) { return }
      if policy.hold == 0 { return fire("met", now) }
      mode = .waiting
      write("pending met", now)
    case .waiting:
      if isTrue { return }
      trueSince = nil
      mode = .idle
      write("\(firings.isEmpty ? "inactive" : "resolved") ended", now)
    case .firing, .acknowledged:
      let isOver = observation.clear.map { !isTrue && $0 == .yes } ?? (observation.condition == .no)
      if !isFlapping {
        if isOver { resolve("cleared", now) }
      } else if quietSince != nil, isTrue {
        quietSince = nil
        heldBack += 1
        if told + policy.repeatEvery <= now { told = now }
      } else if quietSince == nil, isOver {
        quietSince = now
      }
    }
  }

  private mutating func fire(_ why: String, _ now: Int64) {
    firings.append(now)
    trueSince = nil
    hadEnd = false
    quietSince = nil
    told = now
    mode = .firing
    if policy.flapFirings > 0 {
      if let first = windowFirings.first, now > first + policy.flapWindow { windowFirings = [] }
      windowFirings.append(now)
      isFlapping = windowFirings.count >= Int(policy.flapFirings)
    }
    write("firing \(why) #\(firings.count)\(isFlapping ? " flapping" : "")", now)
  }

  private mutating func resolve(_ why: String, _ now: Int64) {
    mode = .idle
    if isFlapping { windowFirings = [] }
    isFlapping = false
    quietSince = nil
    write("resolved \(why)", now)
  }

  private mutating func write(_ text: String, _ now: Int64) {
    log.append("\(now) \(text)\(heldBack > 0 ? " -\(heldBack)" : "")")
    heldBack = 0
  }
}
