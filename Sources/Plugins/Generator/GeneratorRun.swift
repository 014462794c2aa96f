internal import EngineCore

/// The generator without its host: a stream, a schedule and a limit.
final class GeneratorRun {
  /// The time of a call, read once.
  struct Now {
    var wall: Timestamp
    var nanos: Int64
  }

  private(set) var plan: GeneratorPlan
  let stream: AnyTickStream
  /// Nil at maximum speed.
  private(set) var schedule: Schedule?
  /// Ticks missed under schedules of before.
  private var missedBefore: UInt64 = 0

  init(_ plan: GeneratorPlan, seed: UInt64, source: SourceID, nanos: Int64) {
    self.plan = plan
    stream = plan.stream(seed: seed, source: source)
    schedule = Self.schedule(plan.settings, nanos: nanos)
  }

  var settings: GeneratorSettings { plan.settings }
  var missed: UInt64 { missedBefore + (schedule?.missed ?? 0) }
  var isFinished: Bool { settings.limit.map { stream.events >= $0 } ?? false }

  /// Publishes what is due, at most `room` events, and says when to ask again.
  func produce<Receiver: TickReceiver & ~Copyable>(
    _ output: inout Receiver, room: Int, now: Now
  ) -> Next {
    var room = room
    if let limit = settings.limit {
      guard stream.events < limit else { return .idle }
      room = Int(min(UInt64(room), limit - stream.events))
    }
    guard schedule != nil else {
      _ = stream.fill(&output, room: room, ticks: .max, now: now.wall)
      return isFinished ? .idle : .now
    }
    let due = schedule?.due(at: now.nanos) ?? 0
    let begun = stream.fill(&output, room: room, ticks: Int(due), now: now.wall)
    schedule?.emitted(Int64(begun))
    if isFinished { return .idle }
    if stream.hasPending || Int64(begun) < due { return .now }
    return .at(now.wall.advanced(byNanos: schedule?.wait(from: now.nanos) ?? 0))
  }

  /// What became due while nobody asked is missed.
  func resume(nanos: Int64) { schedule?.resume(at: nanos) }

  /// Goes on with another pace or other parameters.
  func change(_ settings: GeneratorSettings, nanos: Int64) {
    let isSamePace = settings.pace == plan.settings.pace
    plan = plan.with(settings)
    plan.update(stream)
    guard !isSamePace else { return }
    missedBefore = missed
    schedule = Self.schedule(settings, nanos: nanos)
    // The tick of this instant was one of the pace before.
    schedule?.emitted(1)
  }

  private static func schedule(_ settings: GeneratorSettings, nanos: Int64) -> Schedule? {
    guard settings.pace != .max else { return nil }
    let cycle = settings.cycle
    return Schedule(
      cadence: Cadence(start: nanos, nanos: cycle.nanos, ticks: cycle.ticks),
      catchUpNanos: settings.catchUpNanos)
  }
}
