import AlertRules
import EngineCore
import Testing

/// The state machine against a naive one, in 200 × 60 random lives.
@Suite("The state machine and a naive one")
struct StateMachineModelTests {
  @Test("both live alike", arguments: 0..<200)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for life in 0..<60 {
      let policy = Self.policy(&random)
      var naive = NaiveState(policy)
      var machine = AlertInstance(rule: RuleID(1), instrument: InstrumentID(1))
      var log: [String] = []
      let restless = random.next() % 100
      for now in Int64(1)...150 {
        while let due = machine.nextTimer(policy), due <= now {
          Self.write(machine.timer(at: due, policy), machine, due, &log)
        }
        var observation: NaiveState.Observation?
        if random.next() % 100 < restless {
          observation = Self.observation(&random, policy)
        }
        let acknowledges = random.next() % 50 == 0
        if let observation {
          let step = machine.observe(
            observation.condition, clear: observation.clear, at: now, policy)
          Self.write(step, machine, now, &log)
        }
        if acknowledges, let step = machine.acknowledge(at: now) {
          Self.write(step, machine, now, &log)
        }
        naive.second(now, observation, acknowledge: acknowledges)
      }
      let isSame = log == naive.log
      let (first, second) = (log.joined(separator: "; "), naive.log.joined(separator: "; "))
      #expect(isSame, "life \(life), \(policy)\nmachine: \(first)\nnaive:   \(second)")
      if !isSame { return }
    }
  }

  private static func policy(_ random: inout SeededRandom) -> AlertPolicy {
    func some(_ values: [Int64]) -> Int64 { values[Int(random.next() % UInt64(values.count))] }
    var policy = AlertPolicy()
    policy.hold = some([0, 0, 1, 5, 20])
    policy.cooldown = some([0, 0, 3, 10, 40])
    policy.repeatEvery = some([0, 0, 7, 30])
    policy.once = some([0, 0, 0, 1]) == 1
    policy.hasClear = some([0, 1]) == 1
    policy.flapFirings = UInt32(some([0, 2, 3, 5]))
    policy.flapWindow = some([5, 20, 60])
    return policy
  }

  private static func observation(
    _ random: inout SeededRandom, _ policy: AlertPolicy
  ) -> NaiveState.Observation {
    func truth() -> Truth { [.yes, .yes, .no, .no, .no, .unknown][Int(random.next() % 6)] }
    return NaiveState.Observation(condition: truth(), clear: policy.hasClear ? truth() : nil)
  }

  private static func write(
    _ step: AlertStep, _ machine: AlertInstance, _ now: Int64, _ log: inout [String]
  ) {
    if step.notice == .repeated { log.append("\(now) again") }
    guard let change = step.change else { return }
    let held = change.suppressed > 0 ? " -\(change.suppressed)" : ""
    switch change.to {
    case .firing:
      let flapping = change.isFlapping ? " flapping" : ""
      log.append("\(now) firing \(change.reason) #\(machine.generation)\(flapping)\(held)")
    case .acknowledged: log.append("\(now) acknowledged\(held)")
    default: log.append("\(now) \(change.to) \(change.reason)\(held)")
    }
  }
}
