import Support
import Testing

@testable import EngineCore

@Suite("Supervisor")
struct SupervisorTests {
  enum Event: String, CaseIterable {
    case start, launched, crash, stop, halted, tick
  }

  static let now = Timestamp(nanoseconds: 1)

  /// One plugin's life, with the events by name.
  struct Life {
    var supervisor: Supervisor
    var nanos: Int64 = 0

    init(_ policy: RestartPolicy = RestartPolicy(jitter: 0), seed: UInt64 = 1) {
      supervisor = Supervisor(policy: policy, seed: seed, now: now)
    }

    @discardableResult
    mutating func take(_ event: Event) -> Supervisor.Action {
      switch event {
      case .start: return supervisor.startRequested(now: now)
      case .launched:
        supervisor.launched(now: now)
        return .none
      case .crash: return supervisor.crashed("it", now: now, nanos: nanos)
      case .stop: return supervisor.stopRequested(now: now)
      case .halted: return supervisor.halted(now: now)
      case .tick: return supervisor.tick(now: now, nanos: nanos)
      }
    }

    /// Brought to a state by the shortest way.
    static func into(_ state: PluginState) -> Life {
      let ways: [PluginState: [Event]] = [
        .stopped: [], .starting: [.start], .running: [.start, .launched],
        .stopping: [.start, .launched, .stop], .backoff: [.start, .crash],
        .failed: [.start, .crash],
      ]
      var life = Life(RestartPolicy(restarts: state != .failed, jitter: 0))
      for event in ways[state] ?? [] { life.take(event) }
      return life
    }
  }

  /// What each state makes of start, launched, crash, stop, halted, and a tick when a wait is over.
  static let table: [(PluginState, [(PluginState, Supervisor.Action)])] = [
    (
      .stopped,
      [
        (.starting, .launch), (.stopped, .none), (.stopped, .none), (.stopped, .none),
        (.stopped, .none), (.stopped, .none),
      ]
    ),
    (
      .starting,
      [
        (.starting, .none), (.running, .none), (.backoff, .none), (.stopping, .halt),
        (.starting, .none), (.starting, .none),
      ]
    ),
    (
      .running,
      [
        (.running, .none), (.running, .none), (.backoff, .none), (.stopping, .halt),
        (.running, .none), (.running, .none),
      ]
    ),
    (
      .stopping,
      [
        (.stopping, .none), (.stopping, .none), (.stopped, .none), (.stopping, .none),
        (.stopped, .none), (.stopping, .none),
      ]
    ),
    (
      .backoff,
      [
        (.starting, .launch), (.backoff, .none), (.backoff, .none), (.stopped, .none),
        (.backoff, .none), (.starting, .launch),
      ]
    ),
    (
      .failed,
      [
        (.starting, .launch), (.failed, .none), (.failed, .none), (.stopped, .none),
        (.failed, .none), (.failed, .none),
      ]
    ),
  ]

  @Test("every state has its answer to every event", arguments: table.indices)
  func answers(row: Int) {
    let (state, answers) = Self.table[row]
    for (event, answer) in zip(Event.allCases, answers) {
      var life = Life.into(state)
      #expect(life.supervisor.state == state)
      life.nanos = 3_600_000_000_000
      let action = life.take(event)
      #expect(life.supervisor.state == answer.0, "\(state), \(event)")
      #expect(action == answer.1, "\(state), \(event)")
    }
  }

  @Test("a start while it stops starts it afterwards, unless it is told to stop again")
  func startWhileStopping() {
    var life = Life.into(.stopping)
    #expect(life.take(.start) == .none)
    #expect(life.take(.halted) == .launch)
    #expect(life.supervisor.state == .starting)
    life = Life.into(.stopping)
    life.take(.start)
    life.take(.stop)
    #expect(life.take(.halted) == .none)
    #expect(life.supervisor.state == .stopped)
    life = Life.into(.stopping)
    life.take(.start)
    #expect(life.take(.crash) == .launch, "to crash while stopping is to be gone")
  }

  @Test("a stop while it starts waits for the start, and is not undone by it")
  func stopWhileStarting() {
    var life = Life.into(.starting)
    #expect(life.take(.stop) == .halt)
    life.take(.launched)
    #expect(life.supervisor.state == .stopping)
    life.take(.halted)
    #expect(life.supervisor.state == .stopped)
  }

  @Test("a wait is over at its time, not before, and a late crash report does not end it")
  func waiting() {
    var life = Life(RestartPolicy(initialNanos: 100, jitter: 0))
    life.take(.start)
    life.take(.crash)
    #expect(life.supervisor.retryNanos == 100)
    life.nanos = 99
    #expect(life.take(.tick) == .none)
    life.take(.crash)
    #expect(life.supervisor.retryNanos == 100 && life.supervisor.state == .backoff)
    life.nanos = 100
    #expect(life.take(.tick) == .launch)
    #expect(life.supervisor.retryNanos == nil && life.supervisor.restarts == 1)
  }

  @Test("who is started by a person waits for nothing any more")
  func startInBackoff() {
    var life = Life.into(.backoff)
    life.take(.start)
    #expect(life.supervisor.retryNanos == nil)
    life.take(.launched)
    #expect(life.supervisor.lastError == "it" && life.supervisor.retryNanos == nil)
  }

  /// Crashes at once whenever it runs; the waits before the restarts.
  static func waits(_ policy: RestartPolicy, count: Int, runNanos: Int64 = 0) -> [Int64] {
    var life = Life(policy)
    var waits: [Int64] = []
    life.take(.start)
    for _ in 0..<count {
      life.take(.launched)
      life.nanos += runNanos
      life.take(.crash)
      guard let retry = life.supervisor.retryNanos else { break }
      waits.append(retry - life.nanos)
      life.nanos = retry
      life.take(.tick)
    }
    return waits
  }

  @Test("waits grow by the factor up to the longest")
  func growth() {
    let policy = RestartPolicy(
      initialNanos: 100, maximumNanos: 1_000, factor: 3, jitter: 0, intensity: 100)
    #expect(Self.waits(policy, count: 6) == [100, 300, 900, 1_000, 1_000, 1_000])
  }

  @Test("a wait that is longer than the window is no quiet time: waits go on growing")
  func longWaits() {
    let policy = RestartPolicy(
      initialNanos: 100, maximumNanos: 1_000, factor: 2, jitter: 0, intensity: 100,
      windowNanos: 150)
    #expect(Self.waits(policy, count: 6) == [100, 200, 400, 800, 1_000, 1_000])
  }

  @Test("after a window without a crash the waits begin anew")
  func reset() {
    let policy = RestartPolicy(
      initialNanos: 100, maximumNanos: 1_000, factor: 2, jitter: 0, intensity: 100,
      windowNanos: 5_000)
    #expect(Self.waits(policy, count: 4, runNanos: 5_001) == [100, 100, 100, 100])
    #expect(Self.waits(policy, count: 4, runNanos: 5) == [100, 200, 400, 800])
  }

  @Test("more crashes than the intensity within the window mean failed")
  func intensity() {
    let policy = RestartPolicy(
      initialNanos: 10, maximumNanos: 10, jitter: 0, intensity: 3, windowNanos: 1_000)
    #expect(Self.waits(policy, count: 10).count == 3)
    // Ten apart plus the wait: 3 in any window of 1,000 need more than 340 between.
    #expect(Self.waits(policy, count: 10, runNanos: 400).count == 10)
    #expect(Self.waits(RestartPolicy(restarts: false), count: 10).isEmpty)
  }

  @Test("jitter only shortens a wait, by its share at most", arguments: 0..<50 as Range<UInt64>)
  func jitter(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let policy = RestartPolicy(
      initialNanos: 1_000, maximumNanos: 1_000_000, factor: 2, jitter: 0.25)
    for attempt in 0..<70 {
      let full = Int64(min(1_000.0 * Double(sign: .plus, exponent: attempt, significand: 1), 1e6))
      let wait = policy.waitNanos(attempt: attempt, random: &random)
      #expect(wait <= full && wait >= full * 3 / 4 - 1)
    }
  }
}
