internal import Synchronization

/// Runs plugins in turn, one call at a time: on a thread of its own, or step by step for a test.
final class Lane: @unchecked Sendable {
  // Invariant: `runners` and everything they hold is touched by the lane's thread alone; the host
  // takes them over only after `guard.abandon` succeeded, when that thread touches nothing more.
  let name: String
  let bus: Bus
  let clock: any EngineClock
  var spinBudget: SpinBudget
  let laneGuard = LaneGuard()
  let parker: Parker
  /// The thread, when it is not one of the host's own.
  let loop: (any LaneLoop)?
  var sleeper: UInt64?
  private let mailbox = Mutex<[@Sendable (Lane) -> Void]>([])
  let hasMail = Atomic<Bool>(false)
  let isEnding = Atomic<Bool>(false)
  var runners: [Runner] = []
  /// The runner whose call is under way, or that is being made.
  private(set) var currentRunner: Runner?
  private(set) var currentLaunch: Launch?
  private var launchContext: PluginContext?
  /// Tells whoever waits for the call under way that it was given up; the host calls it then.
  var onAbandon: (() -> Void)?
  private(set) var isAbandoned = false
  private let timePublisher: Publisher
  private let report: @Sendable (LaneReport) -> Void

  /// - Parameters:
  ///   - parker: of the lane whose place this one takes: inboxes of its runners wake it.
  ///   - report: told on the lane's thread what happened to a runner.
  init(
    name: String, bus: Bus, clock: any EngineClock, spinNanos: Int64, parker: Parker = Parker(),
    loop: (any LaneLoop)? = nil, report: @escaping @Sendable (LaneReport) -> Void
  ) {
    self.name = name
    self.bus = bus
    self.clock = clock
    spinBudget = SpinBudget(max: spinNanos)
    self.parker = parker
    self.loop = loop
    self.report = report
    timePublisher = bus.publisher(role: .deriving)
  }

  /// Does something on the lane, soon. Any thread may call it.
  func perform(_ body: @escaping @Sendable (Lane) -> Void) {
    mailbox.withLock { mail in
      mail.append(body)
      hasMail.store(true, ordering: .releasing)
    }
    parker.unpark()
  }

  func startThread() -> Bool {
    guard let loop else { return LaneThread.start(name: "lane-\(name)") { [self] in run() } }
    parker.wakes { [weak loop] in loop?.wake() }
    loop.begin { [self] in turnOnLoop() }
    return true
  }

  /// Lets the thread end after its turn.
  func end() {
    isEnding.store(true, ordering: .releasing)
    parker.unpark()
  }

  /// What belongs to the plugin of the call under way.
  var currentContext: PluginContext? { currentRunner?.context ?? launchContext }

  // MARK: One turn

  /// Gives every runner one turn. False when nobody had anything to do.
  func turn() -> Bool {
    var moved = readMail()
    let nanos = clock.monotonicNanos()
    moved = publishTime(nanos: nanos) || moved
    var index = 0
    while index < runners.count, !isAbandoned {
      let runner = runners[index]
      do throws(CallFailure) {
        let isHalting = runner.halting != nil
        moved = try (isHalting ? halt(runner, nanos: nanos) : step(runner, nanos: nanos)) || moved
        // It may have been the last runner's turn that took it off.
        if isHalting, index >= runners.count || runners[index] !== runner { continue }
      } catch {
        if isAbandoned { return true }
        fail(runner, error.description)
        moved = true
        continue
      }
      index += 1
    }
    // Whoever comes first takes the room that readers make: each in turn comes first.
    if moved, runners.contains(where: \.waitsForRoom) { runners.append(runners.removeFirst()) }
    return moved && !isAbandoned
  }

  private func readMail() -> Bool {
    guard hasMail.load(ordering: .acquiring) else { return false }
    // One at a time: what comes after a call that hangs is still there for the next thread. What
    // arrives meanwhile waits for the next turn.
    for _ in 0..<mailbox.withLock({ $0.count }) {
      let body = mailbox.withLock { mail in
        let body = mail.isEmpty ? nil : mail.removeFirst()
        if mail.isEmpty { hasMail.store(false, ordering: .relaxed) }
        return body
      }
      body?(self)
      if isAbandoned { break }
    }
    return true
  }

  /// Mail that an abandoned thread did not come to.
  func takeMail() -> [@Sendable (Lane) -> Void] {
    mailbox.withLock { mail in
      defer { mail.removeAll() }
      return mail
    }
  }

  /// Timers of readers fire when a `time` event passes them: this one publishes it when it is due.
  private func publishTime(nanos: Int64) -> Bool {
    var reached: Timestamp?
    for runner in runners where runner.wantsTime && runner.context.timers.nextNanos <= nanos {
      guard !runner.timeIsUnderWay, let time = runner.context.timers.timeReached(at: nanos) else {
        continue
      }
      reached = max(reached ?? time, time)
    }
    guard let reached else { return false }
    guard timePublisher.publish(Event(EngineTime(max(reached, clock.now())))) else { return false }
    for runner in runners where runner.wantsTime { runner.timeIsUnderWay = true }
    return true
  }

  // MARK: Failures

  /// Takes a runner off the lane after one of its calls threw.
  func fail(_ runner: Runner, _ error: String) {
    let place = runner.subscription.map { reader in
      ReaderPlace(handled: reader.handled, untaken: runner.untaken)
    }
    retire(runner)
    guard !isAbandoned else { return }
    letGo(runner)
    tell(runner.name, runner.generation, .failed(error, place))
  }

  func tell(_ runner: String, _ generation: UInt64, _ outcome: LaneReport.Outcome) {
    report(LaneReport(runner: runner, generation: generation, outcome: outcome))
  }

  /// Takes the runner off the lane and stops its plugin.
  func retire(_ runner: Runner) {
    runners.removeAll { $0 === runner }
    _ = try? call(runner, budget: 0, stops: true) { plugin, sink in
      plugin.stop(publishing: &sink)
    }
  }

  /// Gives up the cursor of a plugin that was stopped, and all else that it had.
  func letGo(_ runner: Runner) {
    _ = runner.outbox.drain()
    runner.outbox.discard()
    runner.context.inbox.close()
    runner.context.background.close()
    runner.context.capabilities.withdraw(by: runner.name)
    runner.subscription?.close()
    for pending in runner.pendingCommands {
      pending.reply(.failure(PluginError("\(runner.name) stopped before it came to the command")))
    }
  }

  /// Makes the plugin's instance under the eyes of the watchdog.
  func make(_ launch: Launch, _ context: PluginContext) throws(CallFailure) -> any Plugin {
    currentRunner = nil
    currentLaunch = launch
    launchContext = context
    let token = laneGuard.enter()
    let result: Swift.Result<any Plugin, any Error>
    do { result = .success(try launch.blueprint.make(context)) } catch { result = .failure(error) }
    guard laneGuard.leave(token) else {
      isAbandoned = true
      throw .abandoned
    }
    switch result {
    case .success(let plugin): return plugin
    case .failure(let error): throw .threw("\(error)")
    }
  }

  /// Calls into the plugin under the eyes of the watchdog.
  func call<Result>(
    _ runner: Runner, budget: Int, stops: Bool = false,
    _ body: (any Plugin, inout EventSink) throws -> Result
  ) throws(CallFailure) -> Result {
    if currentRunner !== runner {
      currentRunner = runner
      currentLaunch = nil
    }
    let token = laneGuard.enter(stops: stops)
    var sink = EventSink(outbox: runner.outbox, budget: budget)
    let result: Swift.Result<Result, any Error>
    do { result = .success(try body(runner.plugin, &sink)) } catch { result = .failure(error) }
    guard laneGuard.leave(token) else {
      isAbandoned = true
      throw .abandoned
    }
    sink.finish()
    switch result {
    case .success(let value): return value
    case .failure(let failure as CallFailure): throw failure
    case .failure(let error): throw .threw("\(error)")
    }
  }
}
