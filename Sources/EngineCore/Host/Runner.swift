/// One running plugin instance with everything that belongs to it. Lives on its lane.
final class Runner {
  let name: String
  /// Tells instances of one name apart.
  let generation: UInt64
  let plugin: any Plugin
  let context: PluginContext
  let outbox: Outbox
  let metrics: RunnerMetrics
  var subscription: Subscription?
  var isPaused = false
  /// When a source wants to be asked again, on the monotonic clock; `max` when idle.
  var nextProduceNanos = Int64.max
  /// A source found no room at its last turn.
  var waitsForRoom = false
  /// Commands on their way through the log.
  var pendingCommands: [PendingCommand] = []
  /// A `time` event that it waits for is on the bus.
  var timeIsUnderWay = false
  let isSource: Bool
  let bringsLoop: Bool
  let endsBatches: Bool

  init(
    name: String, generation: UInt64, plugin: any Plugin, context: PluginContext, outbox: Outbox,
    metrics: RunnerMetrics
  ) {
    self.name = name
    self.generation = generation
    self.plugin = plugin
    self.context = context
    self.outbox = outbox
    self.metrics = metrics
    isSource = type(of: plugin).manifest.isSource
    bringsLoop = type(of: plugin).manifest.bringsLoop
    endsBatches = type(of: plugin).manifest.endsBatches
  }

  /// Needs `time` events in its stream.
  var wantsTime: Bool { subscription != nil && !context.timers.isEmpty }

  /// Some events of its stream may be for the lane, not for `receive`.
  var readsEngineEvents: Bool { wantsTime || !pendingCommands.isEmpty }

  /// The plugin itself asked for this kind.
  func wants(kindCode: UInt8) -> Bool {
    requestedKinds >> UInt32(kindCode) & 1 != 0
  }

  /// Its reader must see everything and has not come so far.
  func hasToRead(until target: UInt64) -> Bool {
    guard let subscription, subscription.policy == .lossless, !isPaused else { return false }
    return subscription.handled < target
  }

  /// What the plugin asked for, as a mask.
  var requestedKinds: UInt32 = 0
  var request: SubscriptionRequest?
  /// Finds the readers that it stays behind.
  var readersBehind: ([String]) -> [Subscription] = { _ in [] }
  /// The first event of the batch under way that it has not taken; 0 when it has taken all.
  var untaken: UInt64 = 0
  /// It is asked for events in every turn, but no turn is made for it.
  var isAskedEveryTurn = false
  /// Set while it is asked to stop.
  var halting: Halting?
  /// Where it was when it was paused.
  var pausedAt: UInt64?

  /// Publishes one event on its behalf. False when the bus has no room for it now.
  func publish(_ event: Event) -> Bool {
    var sink = EventSink(outbox: outbox, budget: 1)
    let outcome = sink.publish(event)
    sink.finish()
    return outcome != .refused
  }
}

/// How far a plugin that is asked to stop has to come, and by when.
struct Halting {
  /// What was published by then is handled first.
  var target: UInt64
  var deadline: Int64
  /// `stop` has returned; what it published may still wait for room.
  var hasStopped = false
}

/// A command that was recorded on the bus and is carried out when the plugin's cursor reaches it.
struct PendingCommand {
  var token: UInt64
  var command: PluginCommand
  var reply: @Sendable (Result<JSONValue, PluginError>) -> Void
}
