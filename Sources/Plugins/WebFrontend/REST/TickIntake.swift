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
    }
  }

  /// Finds the positions of what was published in what comes back from the bus.
  func received(_ batch: Span<Event>) {
    guard !pushes.isEmpty else { return }
    for index in 0..<batch.count {
      let event = batch[index]
      guard event.source == source, !pushes.isEmpty,
        event.kindCode == EventKind.trade.rawValue
          || event.kindCode == EventKind.correction.rawValue
      else { continue }
      pushes[0].positions.append(event.sequence)
      while let first = pushes.first, unpublished > 0, first.isDone {
        pushes.removeFirst()
        unpublished -= 1
        events -= first.events.count
        first.reply(.success(first.positions))
      }
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
