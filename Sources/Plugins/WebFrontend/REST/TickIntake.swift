internal import EngineCore

/// Ticks that came by HTTP, on their way to the bus, and back: who pushed some learns their
/// positions once they are recorded. Lives on the frontend's event loop.
final class TickIntake {
  /// Events that are to be published together, and who waits for their positions.
  struct Push: Sendable {
    let events: [Event]
    let reply: @Sendable (Result<[UInt64], HTTPAnswer.Refusal>) -> Void
  }

  private struct Waiting {
    let events: [Event]
    let reply: (Result<[UInt64], HTTPAnswer.Refusal>) -> Void
    var published = 0
    var positions: [UInt64] = []
    var isDone: Bool { positions.count == events.count }
  }

  /// Events that wait at most.
  static let eventsMax = 4 << 20

  private let source: SourceID
  /// In order; those before `unpublished` only wait for positions.
  private var pushes: [Waiting] = []
  private var unpublished = 0
  private var events = 0

  init(source: SourceID) { self.source = source }

  var hasWork: Bool { unpublished < pushes.count }

  func add(_ push: Push) { add(push.events, push.reply) }

  /// Takes events in; the reply comes on the event loop.
  func add(
    _ more: [Event], _ reply: @escaping (Result<[UInt64], HTTPAnswer.Refusal>) -> Void
  ) {
    // Behind others it waits for its turn: answers keep the order of what was pushed.
    guard !more.isEmpty || !pushes.isEmpty else { return reply(.success([])) }
    guard events + more.count <= Self.eventsMax else {
      return reply(
        .failure(
          HTTPAnswer.Refusal(
            status: 503, reason: "more than \(Self.eventsMax) ticks wait to be taken in",
            headers: [HTTPAnswer.HeaderField("Retry-After", "1")])))
    }
    events += more.count
    pushes.append(Waiting(events: more, reply: reply))
  }

  /// Publishes what there is room for, in order.
  func publish(to output: inout EventSink, now: Timestamp) {
    while hasWork, output.room > 0 {
      let waiting = pushes[unpublished]
      let end = min(waiting.published + output.room, waiting.events.count)
      for index in waiting.published..<end {
        output.publish(waiting.events[index].received(at: now))
      }
      pushes[unpublished].published = end
      guard end == waiting.events.count else { return }
      unpublished += 1
      settle()
    }
  }

  /// Finds the positions of what was published in what comes back from the bus.
  func received(_ batch: Span<Event>) {
    guard !pushes.isEmpty else { return }
    for index in 0..<batch.count {
      let event = batch[index]
      // In place: a copy of the first would make each position a copy of all before it.
      guard event.source == source, !pushes.isEmpty, !pushes[0].isDone,
        Self.isSame(event, pushes[0].events[pushes[0].positions.count])
      else { continue }
      pushes[0].positions.append(event.sequence)
      settle()
    }
  }

  /// Answers those in front whose events are all there.
  private func settle() {
    while unpublished > 0, pushes[0].isDone {
      let done = pushes.removeFirst()
      unpublished -= 1
      events -= done.events.count
      done.reply(.success(done.positions))
    }
  }

  /// Whether an event is the one that was published: somebody else may use the same source's name.
  private static func isSame(_ event: Event, _ pushed: Event) -> Bool {
    guard event.kindCode == pushed.kindCode, event.instrument == pushed.instrument else {
      return false
    }
    switch event.kind {
    case .trade:
      let (trade, mine) = (event.trade, pushed.trade)
      return trade.price == mine.price && trade.size == mine.size
        && trade.eventTime == mine.eventTime && trade.venueSequence == mine.venueSequence
    case .correction:
      let (correction, mine) = (event.correction, pushed.correction)
      return correction.target == mine.target && correction.newPrice == mine.newPrice
        && correction.newSize == mine.newSize
    default: return false
    }
  }

  /// Nobody gets an answer any more.
  func close() {
    for waiting in pushes {
      waiting.reply(
        .failure(HTTPAnswer.Refusal(status: 503, reason: "the server stops")))
    }
    pushes = []
    unpublished = 0
    events = 0
  }
}

/// Hands events to the intake from any thread.
struct TickDoor: Sendable {
  let inbox: Inbox
  /// What is published is of this source.
  let source: SourceID
  let pushed = PushedTicks()

  /// Publishes the good ones of rows; their positions, in order, once they are recorded.
  func push(_ rows: TickRows) async throws(HTTPAnswer.Refusal) -> [UInt64] {
    do throws(HTTPAnswer.Refusal) {
      return try await push(rows.events)
    } catch {
      pushed.remove(rows.marks)
      throw error
    }
  }

  /// Publishes events; their positions, in order, once they are recorded.
  func push(_ events: [Event]) async throws(HTTPAnswer.Refusal) -> [UInt64] {
    let result = await withCheckedContinuation { continuation in
      let push = TickIntake.Push(events: events) { continuation.resume(returning: $0) }
      switch inbox.offer(push) {
      case .accepted: break
      case .full:
        push.reply(
          .failure(HTTPAnswer.Refusal(status: 503, reason: "too many ticks wait to be taken in")))
      case .closed:
        push.reply(.failure(HTTPAnswer.Refusal(status: 503, reason: "the server stops")))
      }
    }
    return try result.get()
  }
}
