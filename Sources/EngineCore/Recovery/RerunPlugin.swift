/// One plugin of a rerun: its instances, one after the other, and what came out of them.
final class RerunPlugin {
  /// What came out and was not met in the log yet, oldest first.
  private struct Output {
    var event: Event
    /// How far the log had been read.
    var position: UInt64
  }

  let name: String
  private let blueprint: PluginBlueprint
  private let world: RerunWorld
  private let seed: UInt64
  /// What it derives, bit n for kind n.
  let madeKinds: UInt32
  /// The life under way first, or the next one.
  private var lives: ArraySlice<RerunLife>
  private var instance: RerunInstance?
  /// The instance was asked to stop; what it published may still be met.
  private var isStopped = false
  private var outputs: [Output] = []
  private var taken = 0
  /// Something happens to it at this position: until then only events come.
  private var boundary: UInt64 = 0
  /// Why it is not known what it did, since some position of the life under way.
  private(set) var doubt: String?
  /// Bars that begin before are not compared: their ticks may not all be known.
  private var knownFrom: UInt64 = 0
  /// Specs that it has made bars of, when it is not known which it was told to make.
  private var specs: Set<UInt16> = []
  /// Something before the range was not as it should be.
  private var isUnsure = false
  private var timeSpecs: [UInt16: Bool] = [:]
  private(set) var report: RerunReport.Plugin

  init(
    _ blueprint: PluginBlueprint, lives: [RerunLife], in world: RerunWorld, seed: UInt64
  ) {
    name = blueprint.name
    self.blueprint = blueprint
    self.lives = lives[...]
    self.world = world
    self.seed = seed
    report = RerunReport.Plugin(name: name)
    let kinds = blueprint.manifest.produces.subtracting([.status, .definition])
    madeKinds = kinds.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
  }

  func makes(_ kindCode: UInt8) -> Bool { madeKinds >> UInt32(kindCode) & 1 != 0 }

  /// Whether there is an instance, so that something may be recorded of it.
  var isUp: Bool { instance != nil || doubt != nil }

  // MARK: Life

  /// Comes to a position: instances begin and end before its event is handed over.
  ///
  /// - Returns: what an instance published, and what is nowhere, although it ended well.
  func come(to position: UInt64) throws -> Event? {
    guard position >= boundary else { return nil }
    var owed: Event?
    while let life = lives.first, position > life.after {
      if !isUp { try begin(life) }
      if position >= life.doubtFrom { give(up: life.doubt) }
      if let last = life.readThrough, position > last { try stop() }
      guard position >= life.ended else { break }
      if isStopped, isSure, !isRefused(after: 0) { owed = owed ?? head }
      end()
    }
    boundary = nextBoundary(after: position)
    return owed
  }

  private func nextBoundary(after position: UInt64) -> UInt64 {
    guard let life = lives.first else { return .max }
    guard isUp else { return life.after + 1 }
    let boundaries = [life.doubtFrom, life.readThrough.map { $0 + 1 } ?? .max, life.ended]
    return boundaries.filter { $0 > position }.min() ?? .max
  }

  private func begin(_ life: RerunLife) throws {
    world.log.extend(through: life.after)
    report.starts += 1
    if report.startedAfter == nil { report.startedAfter = world.log.lastSequence }
    isStopped = false
    instance = try RerunInstance(blueprint, in: world, seed: seed) { [unowned self] event in
      var made = event
      made.sequence = 0
      outputs.append(Output(event: made, position: world.log.lastSequence))
      if event.kindCode == EventKind.bar.rawValue { specs.insert(event.scope) }
    }
    knownFrom = 0
    specs = []
    if !life.isKnown || instance?.hasShortTail == true {
      knownFrom = world.log.lastSequence + 1
      report.isApproximate = true
    }
  }

  private func stop() throws {
    guard let instance, !isStopped else { return }
    isStopped = true
    try instance.stop()
  }

  private func end() {
    instance = nil
    doubt = nil
    forget()
    lives.removeFirst()
  }

  private func forget() {
    isUnsure = false
    outputs.removeAll()
    taken = 0
  }

  /// The same where nothing is handed over any more: what did not come to the log by then never
  /// will.
  func close(at position: UInt64) {
    if let life = lives.first, isUp, position >= life.ended { end() }
  }

  /// It cannot be known any more what this instance did.
  func give(up reason: String) {
    guard instance != nil else { return }
    doubt = reason
    instance = nil
    forget()
  }

  /// Whether the log tells further on that something of this instance found no room.
  func isRefused(after position: UInt64) -> Bool {
    lives.first?.refusals.contains { $0 > position } ?? false
  }

  // MARK: Events

  func take(_ event: Event) throws {
    guard !isStopped else { return }
    try instance?.take(event)
  }

  /// Everything that it makes of what it was given is there.
  func flush() throws {
    if !isStopped { try instance?.flush() }
  }

  /// What should be met next.
  var head: Event? {
    while taken < outputs.count, isLeftOut(outputs[taken].event) { drop(taken + 1) }
    return taken < outputs.count ? outputs[taken].event : nil
  }

  /// Takes what comes next if it is this event.
  func meets(_ event: Event) -> Bool {
    guard let head, isSame(head, event) else { return false }
    drop(taken + 1)
    isUnsure = false
    return true
  }

  /// Goes on behind an event of before the range that is not what comes next.
  func skip(to event: Event) {
    if find(event) { return }
    isUnsure = true
    // Something else stands in the place of it.
    if let head, head.kindCode == event.kindCode, head.scope == event.scope,
      head.instrument == event.instrument
    {
      drop(taken + 1)
    }
  }

  /// Takes an event that comes later than it should, if there were differences before the range.
  func catchesUp(with event: Event) -> Bool { isUnsure && find(event) }

  private func find(_ event: Event) -> Bool {
    guard let index = outputs[taken...].firstIndex(where: { isSame($0.event, event) }) else {
      return false
    }
    drop(index + 1)
    isUnsure = false
    return true
  }

  /// What came out so long ago that it should have been met; it is not waited for any more.
  func overdue(at position: UInt64) -> (event: Event, position: UInt64)? {
    while let event = head {
      let place = outputs[taken].position
      guard place + world.delay < position else { return nil }
      drop(taken + 1)
      if isSure { return (event, place) }
    }
    return nil
  }

  /// Of an instance whose state is not known it is not known either whether it ran.
  private var isSure: Bool { knownFrom == 0 || report.same > 0 }

  /// How much came out and was not met.
  var pending: Int { outputs[taken...].count { !isLeftOut($0.event) } }

  private func drop(_ count: Int) {
    taken = count
    guard taken >= 4096 || taken == outputs.count else { return }
    outputs.removeFirst(taken)
    taken = 0
  }

  // MARK: Comparing

  /// Whether a recorded event is not compared, since it depends on what is no longer known.
  func leavesOut(_ recorded: Event) -> Bool {
    guard knownFrom > 0 else { return false }
    return isLeftOut(recorded) || !specs.contains(recorded.scope)
  }

  private func isLeftOut(_ event: Event) -> Bool {
    guard knownFrom > 0 else { return false }
    guard event.kindCode == EventKind.bar.rawValue else { return true }
    let bar = event.bar
    return bar.state == .open || bar.firstSequence < knownFrom || !isOfTime(bar.spec)
  }

  private func isOfTime(_ spec: SpecID) -> Bool {
    if let known = timeSpecs[spec.raw] { return known }
    let name = world.catalog.name(UInt32(spec.raw), in: .spec)
    let isOfTime = name.flatMap { try? BarSpec(parsing: $0) }?.isTime ?? false
    timeSpecs[spec.raw] = isOfTime
    return isOfTime
  }

  private func isSame(_ made: Event, _ recorded: Event) -> Bool {
    var made = made
    made.sequence = recorded.sequence
    if made == recorded { return true }
    guard knownFrom > 0, made.kindCode == EventKind.bar.rawValue,
      recorded.kindCode == EventKind.bar.rawValue
    else { return false }
    return Event(made.bar.settled) == Event(recorded.bar.settled)
  }

  // MARK: Counting

  func countSame() { report.same += 1 }

  func countLeftOut(_ reason: String) {
    report.leftOut += 1
    report.reason = report.reason ?? reason
  }
}

extension Bar {
  /// Without what depends on the time before it began: how often it was told, and whether ticks of
  /// it may have been missed.
  fileprivate var settled: Bar {
    var bar = self
    bar.revision = 0
    bar.flags.remove(.incompleteLeft)
    return bar
  }
}
