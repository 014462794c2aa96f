import Support
import Testing

@testable import EngineCore

/// The supervisor against a model that keeps every crash and searches them all.
@Suite("Supervisor against a model")
struct SupervisorModelTests {
  struct Model {
    var state = PluginState.stopped
    var crashes: [Int64] = []
    /// Starts and crashes of the present row of restarts, oldest first.
    var lastChange: Int64 = .min / 2
    var row = 0
    var retry: Int64?
    var startsAgain = false
    var restarts = 0
    let policy: RestartPolicy

    mutating func take(_ event: SupervisorTests.Event, _ nanos: Int64) -> Supervisor.Action {
      switch (event, state) {
      case (.start, .stopped), (.start, .failed), (.start, .backoff):
        (crashes, row, retry, state) = ([], 0, nil, .starting)
        return .launch
      case (.start, .stopping): startsAgain = true
      case (.launched, .starting): state = .running
      case (.crash, .running), (.crash, .starting): crash(nanos)
      case (.crash, .stopping), (.halted, .stopping):
        state = startsAgain ? .starting : .stopped
        defer { startsAgain = false }
        return startsAgain ? .launch : .none
      case (.stop, .running), (.stop, .starting):
        (state, startsAgain) = (.stopping, false)
        return .halt
      case (.stop, .backoff), (.stop, .failed): (state, retry) = (.stopped, nil)
      case (.stop, .stopping): startsAgain = false
      case (.tick, .backoff):
        guard let due = retry, due <= nanos else { return .none }
        (state, retry, lastChange) = (.starting, nil, nanos)
        restarts += 1
        return .launch
      default: break
      }
      return .none
    }

    private mutating func crash(_ nanos: Int64) {
      if !crashes.isEmpty, nanos - lastChange > policy.windowNanos { row = 0 }
      crashes.append(nanos)
      lastChange = nanos
      let recent = crashes.filter { nanos - $0 <= policy.windowNanos }.count
      guard policy.restarts, recent <= policy.intensity else {
        state = .failed
        return
      }
      var wait = policy.initialNanos
      for _ in 0..<row { wait = min(wait * 2, policy.maximumNanos) }
      row += 1
      (state, retry) = (.backoff, nanos + wait)
    }
  }

  @Test("10,000 random lives agree", arguments: 0..<20 as Range<UInt64>)
  func random(seed: UInt64) {
    for run in 0..<500 as Range<UInt64> {
      var random = SeededRandom(seed: seed * 500 + run)
      func draw(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
      let policy = RestartPolicy(
        restarts: draw(0...9) > 0, initialNanos: draw(1...50), maximumNanos: draw(50...400),
        factor: 2, jitter: 0, intensity: Int(draw(1...5)), windowNanos: draw(1...500))
      var life = SupervisorTests.Life(policy, seed: run)
      var model = Model(policy: policy)
      var trace: [String] = []
      for _ in 0..<60 {
        life.nanos += draw(0...120)
        guard let event = SupervisorTests.Event.allCases.randomElement(using: &random) else {
          return
        }
        trace.append("\(life.nanos) \(event)")
        let action = life.take(event)
        let expected = model.take(event, life.nanos)
        let isSame =
          action == expected && life.supervisor.state == model.state
          && life.supervisor.retryNanos == model.retry && life.supervisor.restarts == model.restarts
        if !isSame {
          Issue.record("run \(run): \(trace.joined(separator: ", ")): \(life.supervisor) \(model)")
          return
        }
      }
    }
  }
}
