/// What the host gives a plugin to work with. Used on the plugin's lane, but for what is Sendable.
public final class PluginContext {
  /// Its name in `plugins.json`.
  public let name: String
  /// The source that its events are stamped with.
  public let source: SourceID
  /// The only source of time.
  public let clock: any EngineClock
  /// For its random numbers: the same for the same engine seed and name.
  public let seed: UInt64
  public let catalog: Catalog
  public let log: Log
  public let timers: Timers
  /// For event loops and background work: messages arrive in `Plugin.inbox`.
  public let inbox: Inbox
  public let background: Background
  public let capabilities: Capabilities
  /// What the log in memory still holds, for plugins that rebuild their state from it.
  public let recent: RecentEvents
  /// The log on disk, when a plugin keeps one.
  public let logStore: (any LogStore)?
  /// The thread of the lane, when the plugin brought one.
  public let loop: (any LaneLoop)?
  /// Gives the plugin commands of its own, which stand in the log like those of others.
  public let commands: OwnCommands
  /// True of an instance that is fed what was recorded: it may look nothing up but the log, and
  /// nobody sees what it does.
  public let isRerun: Bool
  /// The last position of the log when the instance was made; the log tells it, so that a rerun
  /// begins where this one did.
  let startedAfter: UInt64
  /// The tail that the instance asked for.
  private(set) var lastTail: LogTail?

  init(
    name: String, source: SourceID, clock: any EngineClock, seed: UInt64, catalog: Catalog,
    log: Log, timers: Timers, inbox: Inbox, background: Background, capabilities: Capabilities,
    bus: Bus, logStore: (any LogStore)? = nil, loop: (any LaneLoop)? = nil,
    commands: OwnCommands = .none, isRerun: Bool = false
  ) {
    self.name = name
    self.source = source
    self.clock = clock
    self.seed = seed
    self.catalog = catalog
    self.log = log
    self.timers = timers
    self.inbox = inbox
    self.background = background
    self.capabilities = capabilities
    recent = RecentEvents(bus: bus)
    self.logStore = logStore
    self.loop = loop
    self.commands = commands
    self.isRerun = isRerun
    startedAfter = bus.lastSequence
  }

  /// The engine's log: positions are comparable only within one.
  public var epoch: UInt64 { recent.epoch }
  /// The sequence of the newest event; 0 before the first.
  public var lastSequence: UInt64 { recent.last }

  /// The log when the plugin was started: so many positions before that where it is kept on disk,
  /// else what the ring has.
  public func tail(reach: UInt64) -> LogTail {
    let tail = tails.tail(reach: reach)
    lastTail = tail
    return tail
  }

  /// The same for work in the background, as often as it likes.
  public var tails: LogTails {
    LogTails(recent: recent, store: logStore, last: startedAfter)
  }

  /// Answers a kind of question as long as the plugin runs.
  public func offer<Answer: Sendable>(_ answer: Answer, as key: CapabilityKey<Answer>) {
    // An instance that the host has given up offers nothing any more.
    inbox.whileOpen { capabilities.offer(answer, as: key, by: name) }
  }
}
