/// Runs what is recorded through the plugins that derived events from it, once more, and compares
/// what comes out with what is recorded: bit for bit, but for positions.
///
/// Works beside the engine, on instances of its own. Each is started where the log tells that the
/// recorded one was, also when that was before the range, and is stopped where that one stopped.
/// Holds as much of the log as the engine's ring, and what came out and was not met yet.
final class Rerun {
  private static let progressEvents: UInt64 = 1 << 16

  private let request: RerunRequest
  private let world: RerunWorld
  private let plugins: [RerunPlugin]
  /// What any of them derives, bit n for kind n.
  private let madeKinds: UInt32
  /// The first position that is read.
  private let begin: UInt64
  private var report = RerunReport()
  private var position: UInt64
  private var failure: (any Error)?
  /// What is recorded behind the range is looked at, but not handed to anybody.
  private var isBehind = false

  /// - Parameter seeds: of each plugin.
  init(
    _ request: RerunRequest, blueprints: [PluginBlueprint], catalog: Catalog, capacity: Int,
    store: any LogStore, logger: Log, seeds: (String) -> UInt64
  ) throws(PluginError) {
    let store = RerunStore(store)
    let blueprints = try Self.chosen(request, blueprints)
    let names = Set(blueprints.map(\.name))
    let timeline = try RerunTimeline(
      store, through: Self.sum(request.through, RerunWorld.delay(capacity)), names: names,
      catalog: catalog)
    var lives = names.reduce(into: [:]) { lives, name in
      lives[name] = timeline.lives(of: name, from: request.from)
    }
    // Without a start in the log, as much is read before as a start would read.
    let oldest = store.firstSequence
    let newest = min(request.through, store.newestSequence)
    let warm = max(request.from, oldest + min(1 << 20, (newest - min(oldest, newest)) / 2)) - 1
    for name in names {
      guard lives[name]?.first?.isKnown == false else { continue }
      lives[name]?[0].after = warm
    }
    let first = lives.values.compactMap { $0.first?.after }.min() ?? warm
    begin = min(first, request.from - 1) + 1
    position = begin - 1
    self.request = request
    world = RerunWorld(
      log: Bus(capacity: capacity, epoch: store.epoch, lastSequence: begin - 1),
      clock: ReplayedClock(), catalog: catalog, store: store, logger: logger)
    try world.log.refill(from: store)
    plugins = blueprints.map { [world] blueprint in
      RerunPlugin(
        blueprint, lives: lives[blueprint.name] ?? [], in: world, seed: seeds(blueprint.name))
    }
    madeKinds = plugins.reduce(0) { $0 | $1.madeKinds }
  }

  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  private static func chosen(
    _ request: RerunRequest, _ blueprints: [PluginBlueprint]
  ) throws(PluginError) -> [PluginBlueprint] {
    let repeatable = blueprints.filter(\.manifest.isRepeatable)
    let names = repeatable.map(\.name).sorted().joined(separator: ", ")
    guard !repeatable.isEmpty else {
      throw PluginError("no plugin of the configuration derives events from the log alone")
    }
    for name in request.plugins where !repeatable.contains(where: { $0.name == name }) {
      throw PluginError(
        "\"\(name)\" is no plugin that can be run again", hint: "there are: \(names)")
    }
    guard !request.plugins.isEmpty else { return repeatable }
    let kinds = repeatable.filter { request.plugins.contains($0.name) }
      .reduce(into: Set<EventKind>()) { $0.formUnion($1.manifest.produces) }
    // Recorded events do not tell who made them: all that could have are run.
    return repeatable.filter { !$0.manifest.produces.isDisjoint(with: kinds) }
  }

  /// Runs the range; ends at the first difference.
  ///
  /// - Parameter progress: called now and then; false to end.
  func run(progress: (RerunProgress) -> Bool) throws(PluginError) -> RerunReport {
    let end = min(request.through, max(world.store.newestSequence, request.from))
    try read(from: begin, through: request.through, end: end, progress)
    for plugin in plugins { try attempt { try plugin.flush() } }
    if report.difference == nil, hasPending, request.through < .max {
      // What came out of the last events is recorded behind them.
      isBehind = true
      try read(
        from: request.through + 1, through: Self.sum(request.through, world.delay), end: end,
        progress)
    }
    report.pending = UInt64(plugins.reduce(0) { $0 + $1.pending })
    report.plugins = plugins.map(\.report).filter {
      request.plugins.isEmpty || request.plugins.contains($0.name)
    }
    return report
  }

  private var hasPending: Bool { plugins.contains { $0.head != nil } }

  private func read(
    from first: UInt64, through last: UInt64, end: UInt64, _ progress: (RerunProgress) -> Bool
  ) throws(PluginError) {
    var told = position
    var isEnded = false
    try world.store.read(from: first, through: last, .everything) { events in
      do {
        for index in 0..<events.count where !isDone { try take(events[index]) }
      } catch {
        failure = error
      }
      if position >= told + Self.progressEvents {
        told = position
        let same = plugins.reduce(0) { $0 + $1.report.same }
        isEnded = !progress(RerunProgress(position: position, end: end, same: same))
      }
      return !isDone && !isEnded
    }
    if let failure { throw Self.told(failure) }
    if isEnded { throw PluginError("the rerun was ended before its time") }
  }

  private var isDone: Bool {
    failure != nil || report.difference != nil || (isBehind && !hasPending)
  }

  private func attempt(_ body: () throws -> Void) throws(PluginError) {
    do { try body() } catch { throw Self.told(error) }
  }

  private static func told(_ error: any Error) -> PluginError {
    error as? PluginError ?? PluginError("\(error)")
  }

  // MARK: One event

  private func take(_ event: Event) throws {
    if event.sequence == 0 { return lack(event) }
    guard event.sequence > position else { return }
    if event.sequence > position + 1 { passHole(before: event.sequence) }
    position = event.sequence
    if isBehind {
      for plugin in plugins { plugin.close(at: position) }
      if event.kindCode != 0 { try match(event) }
      return
    }
    let isInRange = position >= request.from
    for plugin in plugins {
      let owed = try plugin.come(to: position)
      if let owed, isInRange { return differ(plugin, recorded: nil, computed: owed) }
    }
    guard event.kindCode != 0 else { return }
    if isInRange { report.events += 1 } else { report.warmedUp += 1 }
    try match(event)
    guard report.difference == nil else { return }
    world.log.extend(with: event)
    advance(event)
    for plugin in plugins { try plugin.take(event) }
  }

  private func advance(_ event: Event) {
    switch event.kindCode {
    case EventKind.time.rawValue: world.clock.advance(to: event.engineTime.time)
    case EventKind.command.rawValue: world.clock.advance(to: event.command.time)
    default: break
    }
  }

  /// Events of the log that cannot be read.
  private func lack(_ event: Event) {
    let gap = event.gap
    guard gap.last >= request.from, gap.first <= request.through else { return }
    report.missing += min(gap.last, request.through) - max(gap.first, request.from) + 1
  }

  /// Nobody knows what a plugin did with events that are no longer there.
  private func passHole(before next: UInt64) {
    for plugin in plugins where plugin.isUp {
      plugin.give(up: "events \(position + 1) to \(next - 1) are not in the log")
    }
  }

  // MARK: Comparing

  private func match(_ event: Event) throws {
    let kind = event.kindCode
    let isBrought = kind == EventKind.bar.rawValue && event.bar.isFromSource
    guard madeKinds >> UInt32(kind) & 1 != 0, !isBrought else {
      if position & 1023 == 0 { findOverdue() }
      return
    }
    var isClaimed = false
    for plugin in plugins where plugin.makes(kind) && plugin.isUp {
      isClaimed = true
      if !isBehind { try plugin.flush() }
      if plugin.meets(event) {
        if position >= request.from { plugin.countSame() }
        return
      }
    }
    findOverdue()
    guard report.difference == nil else { return }
    guard position >= request.from else {
      for plugin in plugins where plugin.makes(kind) { plugin.skip(to: event) }
      return
    }
    if isClaimed { miss(event, kind) } else { report.unclaimed += 1 }
  }

  /// What should have been recorded long ago.
  private func findOverdue() {
    guard !isBehind else { return }
    for plugin in plugins {
      while let overdue = plugin.overdue(at: position) {
        guard overdue.position >= request.from else { continue }
        return differ(plugin, recorded: nil, computed: overdue.event, at: overdue.position)
      }
    }
  }

  /// A recorded event that nobody comes to.
  private func miss(_ event: Event, _ kind: UInt8) {
    let makers = plugins.filter { $0.makes(kind) && $0.isUp }
    // Of several it may be another one's, which was not handed what it came of.
    if isBehind, makers.count > 1 { return }
    for maker in makers {
      if maker.catchesUp(with: event) { return maker.countSame() }
      if let doubt = maker.doubt { return maker.countLeftOut(doubt) }
      if maker.leavesOut(event) {
        return maker.countLeftOut("the log does not go back to where it was started")
      }
      if maker.isRefused(after: position) {
        maker.give(up: "something that it published found no room")
        return maker.countLeftOut(maker.doubt ?? "")
      }
    }
    let subject = Subject(of: event, in: world.catalog)
    let maker =
      makers.first { maker in maker.head.map { Subject(of: $0, in: world.catalog) } == subject }
      ?? makers[0]
    differ(maker, recorded: event, computed: maker.head)
  }

  private func differ(
    _ plugin: RerunPlugin, recorded: Event?, computed: Event?, at place: UInt64? = nil
  ) {
    report.difference = RerunDifference(
      plugin: plugin.name, position: place ?? position, recorded: recorded, computed: computed,
      catalog: world.catalog)
  }
}
