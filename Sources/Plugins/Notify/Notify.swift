public import EngineCore
internal import Notifications

/// Brings notifications of alerts to people and systems: what waits in the outbox of `alerts` goes
/// to its channel, again and again until it is delivered or given up.
///
/// The lane decides (`ChannelQueue`) and never waits: reading the outbox, sending and keeping what
/// came of it is work of the background.
public final class Notify: Plugin {
  public static let manifest = PluginManifest(
    kind: "notify",
    summary:
      "Brings notifications of alerts to webhooks, mail, phones, Alertmanagers, programs and files.",
    commands: [
      PluginCommandDescription("list", "channels, and how they do"),
      PluginCommandDescription("status", "figures of the outbox and of all channels"),
      PluginCommandDescription(
        "dead", "what was given up: {\"channel\": …, \"before\": …, \"limit\": 100}"),
      PluginCommandDescription(
        "resend", "lets what was given up wait again: {\"channel\": …, \"id\": …}"),
      PluginCommandDescription("pause", "holds a channel: {\"channel\": \"mail\"}"),
      PluginCommandDescription("resume", "lets it go on: {\"channel\": \"mail\"}"),
      PluginCommandDescription(
        "history", "attempts, newest first: {\"channel\": …, \"rule\": …, \"before\": …}"),
      PluginCommandDescription("test", "sends a made-up one: {\"channel\": \"mail\"}"),
      PluginCommandDescription("tested", "what came of a test: {\"test\": 1}"),
      PluginCommandDescription("add", "a channel: {\"channel\": {\"name\": …, …}}"),
      PluginCommandDescription("remove", "a channel that was added: {\"channel\": \"mail\"}"),
    ])

  static let wakeTimer = TimerID(1)
  static let lookTimer = TimerID(2)
  static let settleTimer = TimerID(3)
  /// Channels at most: each has a place of its own in the background, whatever the others do.
  static let channelsMax = 48
  /// How often it is looked whether somebody has notifications, and whether one was missed.
  static let lookNanos: Int64 = 500_000_000
  static let pollNanos: Int64 = 5_000_000_000

  /// What stands for the network in tests.
  @TaskLocal static var testSender: (@Sendable (ChannelSettings) -> any ChannelSender)?

  var settings: NotifySettings
  let context: PluginContext
  var desks: [String: ChannelDesk] = [:]
  var store: NotifyStore?
  var web: WebClient?
  var outbox: (any AlertOutbox)?
  var observation: AlertOutboxObservation?
  let signal: ArrivalSignal
  var isReading = false
  var loading = Loading()
  var isTellingAgain = false
  var isStopping = false
  var settling = Settling()
  var tests = TestRuns()
  /// What was told of trouble last, so that it is told once.
  var outboxTrouble: String?
  var historyFaults: UInt64 = 0

  public init(settings: NotifySettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    signal = ArrivalSignal(inbox: context.inbox)
  }

  // MARK: Life

  public func start() throws {
    guard !context.isRerun else { return }
    store = try NotifyStore(path: settings.store == NotifySettings.inMemory ? nil : settings.store)
    web = WebClient()
    try open()
    look()
  }

  public func reconfigure(_ settings: NotifySettings) throws -> Bool {
    guard settings.store == self.settings.store, !context.isRerun else { return false }
    self.settings = settings
    try open()
    pump()
    return true
  }

  /// Nothing new is begun; what is under way is waited for, and kept.
  public func drain() throws -> Bool {
    isStopping = true
    putBackPlanned()
    settle()
    guard outbox != nil, settling.retryNanos == .min else { return true }
    return desks.values.allSatisfy { $0.queue.underWay == 0 } && settling.isEmpty
      && !settling.isWriting
  }

  public func stop(publishing output: inout EventSink) {
    observation = nil
    outbox = nil
    web = nil
    store = nil
  }

  // MARK: Time and messages

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    if timer == Self.lookTimer { look() }
    if timer == Self.settleTimer { settle() }
    if timer == Self.firingTimer { tellFiringAgain() }
    pump()
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    guard let message = message as? NotifyMessage else { return }
    switch message {
    case .arrived:
      signal.look()
      noteArrival()
    case .read(let result): takeRead(result)
    case .loaded(let loaded): takeLoaded(loaded)
    case .sent(let sent): take(sent)
    case .settled(let result): takeSettled(result)
    case .toldAgain(let faults): takeToldAgain(faults)
    case .tested(let number, let result, let nanos): tests.end(number, result, nanos)
    }
    pump()
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    defer { pump() }
    return try carryOut(command)
  }
}
