internal import Synchronization

/// A plugin's instance that is fed recorded events. What it publishes goes to a bus of its own.
final class RerunInstance {
  private let name: String
  private let plugin: any Plugin
  private let context: PluginContext
  private let outbox: Outbox
  private let output: Subscription
  private let interest: Interest
  private let world: RerunWorld
  /// Events that it has not been handed yet.
  private var input: [Event] = []
  /// Called with what it publishes.
  private let publish: (Event) -> Void

  /// The log that it was started with lacks some of what it wanted to read.
  var hasShortTail: Bool {
    context.lastTail.map { $0.isShort || $0.first <= world.store.lastHole } ?? false
  }

  /// Starts an instance; the log ends where it was started.
  init(
    _ blueprint: PluginBlueprint, in world: RerunWorld, seed: UInt64,
    publish: @escaping (Event) -> Void
  ) throws {
    name = blueprint.name
    self.world = world
    self.publish = publish
    let inbox = Inbox(limit: 4096) {}
    let source = world.catalog.source(name) ?? .none
    context = PluginContext(
      name: name, source: source, clock: world.clock, seed: seed, catalog: world.catalog,
      log: world.logger, timers: Timers(clock: world.clock), inbox: inbox,
      background: Background(limit: 0, inbox: inbox, log: world.logger),
      capabilities: Capabilities(), bus: world.log, logStore: world.store, isRerun: true)
    let bus = Bus(capacity: 4096, epoch: world.log.epoch)
    outbox = Outbox(
      bus: bus,
      announcer: Announcer(
        catalog: world.catalog, bus: bus,
        recovered: world.catalog.definitionCount.load(ordering: .relaxed)),
      source: source, role: .deriving, holdLimit: 1 << 20, metrics: OutboxMetrics())
    output = try bus.subscribe(SubscriptionRequest(.everything, batch: 1024), name: name)
    plugin = try blueprint.make(context)
    try plugin.start()
    interest = plugin.subscription?.interest ?? Interest(kinds: [])
    input.reserveCapacity(world.batch)
  }

  // MARK: Events

  /// Takes the next event of the log.
  func take(_ event: Event) throws {
    switch event.kindCode {
    case EventKind.command.rawValue:
      try carryOut(event.command, at: event.sequence)
    case EventKind.time.rawValue:
      if interest.matches(event) { input.append(event) }
      guard !context.timers.isEmpty || input.count >= world.batch else { return }
      try flush()
      while let timer = context.timers.take(until: event.engineTime.time) {
        try call { plugin, sink in try plugin.timer(timer, publishing: &sink) }
      }
    default:
      guard interest.matches(event) else { return }
      input.append(event)
      if input.count >= world.batch { try flush() }
    }
  }

  /// Hands over what it has not got yet.
  func flush() throws {
    guard !input.isEmpty else { return }
    let events = input
    input.removeAll(keepingCapacity: true)
    try call { plugin, sink in try plugin.receive(events.span, publishing: &sink) }
  }

  private func carryOut(_ record: CommandRecord, at position: UInt64) throws {
    guard world.catalog.text(record.plugin) == name,
      let text = world.catalog.text(record.command), let value = try? JSONReader().read(text),
      let command = value["command"]?.string
    else { return }
    try flush()
    let order = PluginCommand(
      name: command, arguments: value["arguments"] ?? .null, position: position,
      time: record.time)
    // What was refused then is refused now.
    try call { plugin, sink in _ = try? plugin.handle(order, publishing: &sink) }
  }

  /// Ends it as a person or the engine's end does.
  func stop() throws {
    try flush()
    try call { plugin, sink in plugin.stop(publishing: &sink) }
  }

  // MARK: Output

  private func call(_ body: (any Plugin, inout EventSink) throws -> Void) throws {
    var sink = EventSink(outbox: outbox, budget: .max)
    let result = Result { try body(plugin, &sink) }
    sink.finish()
    repeat { gather() } while outbox.drain()
    gather()
    try result.get()
  }

  private func gather() {
    var passed = 1
    while passed > 0 {
      passed = output.poll { batch in
        for index in 0..<batch.count where isDerived(batch[index]) { publish(batch[index]) }
      }
    }
  }

  /// Names are defined once, and what a gap comprises depends on how events were handed over.
  private func isDerived(_ event: Event) -> Bool {
    event.kindCode != EventKind.definition.rawValue && event.kindCode != EventKind.gap.rawValue
  }
}
