internal import AlertRules
public import EngineCore

/// Runs alert rules over the bus. Every transition is an `alert` event; states, silences, history
/// and notifications are kept, so that a restart loses nothing and repeats nothing.
///
/// What follows from an event depends on the log alone (`AlertRun`): rules run on its times,
/// commands stand in it, and changes of configured rules are kept with their place in it. After a
/// restart the plugin takes the newest base of the store and reads the log from there; what comes
/// out again is known by its number and its key.
public final class Alerts: Plugin {
  public static let manifest = PluginManifest(
    kind: "alerts",
    summary: "Watches prices, bars and feeds by rules, and tells when they come true.",
    consumes: [.trade, .quote], welcomes: [.bar], produces: [.alert], isRepeatable: true,
    commands: [
      PluginCommandDescription("list", "rules: {\"rule\": \"eur*\", \"limit\": 100}"),
      PluginCommandDescription("show", "one rule with its states: {\"rule\": \"eur-breakout\"}"),
      PluginCommandDescription(
        "add", "a rule, or another one in its place: {\"rule\": {\"id\": …, \"when\": …}}"),
      PluginCommandDescription("remove", "a rule that was added: {\"rule\": \"eur-breakout\"}"),
      PluginCommandDescription("enable", "lets a rule work: {\"rule\": \"eur-breakout\"}"),
      PluginCommandDescription("disable", "stops a rule: {\"rule\": \"eur-breakout\"}"),
      PluginCommandDescription(
        "ack", "takes note that somebody has seen it: {\"rule\": …, \"symbol\": …, \"by\": …}"),
      PluginCommandDescription(
        "silence",
        "holds notifications back: {\"rule\": \"eur*\", \"symbol\": …, \"for\": \"1h\"}"),
      PluginCommandDescription("unsilence", "ends a silence: {\"id\": \"s42\"}"),
      PluginCommandDescription("silences", "the silences that hold"),
      PluginCommandDescription(
        "history", "transitions, newest first: {\"rule\": …, \"before\": …, \"limit\": 100}"),
      PluginCommandDescription(
        "explain", "why a rule fires or does not: {\"rule\": …, \"symbol\": …}"),
      PluginCommandDescription("status", "figures, and what was kept"),
    ])

  /// Events at once: of a million rules each tick of a new instrument may pass hundreds.
  private static let batch = 128

  static let ruleTimer = TimerID(1)
  static let pollTimer = TimerID(2)
  static let retryTimer = TimerID(3)
  static let commitTimer = TimerID(4)
  static let changeTimer = TimerID(5)
  /// Commands that change nothing.
  private static let questions: Set = [
    "list", "show", "silences", "history", "explain", "status",
  ]
  /// What stands for the file in tests.
  @TaskLocal static var testStore: (any AlertStore)?
  /// What its own commands are refused with in tests.
  @TaskLocal static var testRefusal: PluginError?

  private(set) var settings: AlertsSettings
  let context: PluginContext
  var run: AlertRun
  var keeper: AlertKeeper?
  var watch: RuleFileWatch
  /// What is still to be published; at first what an earlier instance has not.
  var queue = AlertQueue()
  /// Questions about the past that wait for their turn, as few as `QuestionCount` lets through.
  var asked: [AlertQuestion] = []
  var isReadingHistory = false
  /// A long start is under way on a thread of its own; nothing is read meanwhile.
  var startingStore: (any AlertStore)?
  private var scheduled: Timestamp?

  public init(settings: AlertsSettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    watch = RuleFileWatch(settings)
    run = AlertRun(
      AlertRun.Place(
        name: context.name, source: context.source, epoch: context.epoch,
        catalog: context.catalog, log: context.log, options: settings.options,
        isRerun: context.isRerun))
  }

  public var subscription: SubscriptionRequest? {
    SubscriptionRequest(
      Interest(kinds: [.trade, .quote, .bar, .time, .definition, .alert]),
      start: .after(epoch: context.epoch, sequence: run.caughtUp),
      batch: Self.batch)
  }

  // MARK: Events

  public var canReceive: Bool {
    guard startingStore == nil else { return false }
    guard run.pending.isFull, keeper?.isBusy == true else { return true }
    // While nothing is read no timer comes by: being asked is the only occasion to try again.
    keep()
    return false
  }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    publish(&output)
    var start = 0
    for index in 0..<batch.count {
      guard needsOwnTurn(batch[index]) else { continue }
      run.take(batch.extracting(start..<index))
      start = index + 1
      takeAlone(batch[index], publishing: &output)
    }
    run.take(batch.extracting(start..<batch.count))
    publish(&output)
    keep()
    schedule()
  }

  /// Whether an event is handled by itself.
  @inline(__always)
  private func needsOwnTurn(_ event: borrowing Event) -> Bool {
    let code = event.kindCode
    let isForRules =
      code == EventKind.trade.rawValue || code == EventKind.quote.rawValue
      || code == EventKind.bar.rawValue || code == EventKind.time.rawValue
    if !isForRules { return true }
    return event.sequence <= run.caughtUp
  }

  private func takeAlone(_ event: Event, publishing output: inout EventSink) {
    if event.kindCode == EventKind.gap.rawValue {
      // Of what it was to read: a reader that waits for nobody loses nothing but by force.
      let gap = event.gap
      context.log.warning(
        "events were lost; rules did not see them", LogField("first", gap.first),
        LogField("last", gap.last))
      return
    }
    guard event.sequence > run.caughtUp else { return }
    // Transitions of the ticks before, so that they are numbered in order.
    publish(&output)
    run.takeOther(event)
    run.position = event.sequence
  }

  /// Publishes what the rules have given out, as far as there is room.
  private func publish(_ output: inout EventSink) {
    if run.hasNews { queue.add(run.gather()) }
    queue.publish(to: &output, waits: !context.isRerun)
  }

  // MARK: Time

  /// Timers of rules only make the lane publish the time, which `receive` then sees.
  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    publish(&output)
    switch timer {
    case Self.ruleTimer: scheduled = nil
    case Self.pollTimer: lookAtFiles()
    case Self.commitTimer: keeper?.isTimed = false
    case Self.changeTimer: sendChangeAgain()
    default: break
    }
    keep()
    schedule()
  }

  func schedule() {
    let next = settings.options.clock == .engine ? run.engine.nextTimer : nil
    guard next != scheduled else { return }
    scheduled = next
    if let next {
      context.timers.schedule(Self.ruleTimer, at: next, after: run.engine.now)
    } else {
      context.timers.cancel(Self.ruleTimer)
    }
  }

  // MARK: Messages, commands, life

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    guard let message = message as? AlertMessage else { return }
    switch message {
    case .begun(let result):
      guard let store = startingStore else { return }
      do throws(PluginFailure) {
        take(try result.get(), store)
      } catch {
        throw PluginError(error.message)
      }
    case .kept(let serial, let result): try settle(serial, result)
    case .logKept(let serial):
      keeper?.logHasCome(to: serial)
      context.timers.cancel(Self.retryTimer)
    case .files(let result): takeFiles(result)
    case .changes(let changes, let marks): make(changes, marks)
    case .changeFailed(let error): takeChangesFailed(error)
    case .changeRefused(let version, let failure): takeRefusal(version, failure)
    case .question(let question): answer(question)
    case .historyRead:
      isReadingHistory = false
      readHistory()
    }
    publish(&output)
    tellTrouble(&output)
    keep()
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    guard startingStore == nil else {
      throw PluginError("the rules are being read", hint: "try again in a while")
    }
    publish(&output)
    defer { schedule() }
    var command = command
    if command.position > 0 { run.position = max(run.position, command.position) }
    if command.time == .distantPast { command.time = context.clock.now() }
    let result = Result { try carryOut(command) }
    publish(&output)
    // Without a log that outlives the process, what a person was told is done is kept by now.
    let isChange = !Self.questions.contains(command.name)
    if isChange, context.logStore == nil, run.pending.isUrgent { try keepNow() } else { keep() }
    return try result.get()
  }

  private func carryOut(_ command: PluginCommand) throws -> JSONValue {
    switch command.name {
    case "history":
      let query = try CommandReader(command.arguments).query()
      return .object([("transitions", .array(try history.records(query).map(\.json)))])
    case "status": return status()
    case AlertRun.rulesCommand:
      let reply = try run.carryOut(command)
      if let version = command.arguments["version"]?.int64 { noteMade(version) }
      return reply
    default: return try run.carryOut(command)
    }
  }

  public func reconfigure(_ settings: AlertsSettings) throws -> Bool {
    guard startingStore == nil, settings.store == self.settings.store,
      settings.safety == self.settings.safety, settings.options == self.settings.options
    else { return false }
    self.settings = settings
    watch.take(settings)
    lookAtFiles()
    return true
  }

  public func stop(publishing output: inout EventSink) {
    do {
      try keepNow()
    } catch {
      context.log.error("the end was not kept", LogField("error", "\(error)"))
    }
  }
}
