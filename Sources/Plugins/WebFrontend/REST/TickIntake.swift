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
    var push: Push
    var published = 0
    var positions: [UInt64] = []
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

  func add(_ push: Push) {
    guard !push.events.isEmpty else { return push.reply(.success([])) }
    guard events + push.events.count <= Self.eventsMax else {
      return push.reply(
        .failure(
          HTTPAnswer.Refusal(
            status: 503, reason: "more than \(Self.eventsMax) ticks wait to be taken in",
            headers: [HTTPAnswer.HeaderField("Retry-After", "1")])))
    }
    events += push.events.count
    pushes.append(Waiting(push: push))
  }

  /// Publishes what there is room for, in order.
  func publish(to output: inout EventSink, now: Timestamp) {
    while hasWork, output.room > 0 {
      let waiting = pushes[unpublished]
      let end = min(waiting.published + output.room, waiting.push.events.count)
      for index in waiting.published..<end {
        output.publish(waiting.push.events[index].received(at: now))
      }
      pushes[unpublished].published = end
      guard end == waiting.push.events.count else { return }
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
      guard pushes[0].positions.count == pushes[0].push.events.count else { continue }
      let done = pushes.removeFirst()
      unpublished -= 1
      events -= done.push.events.count
      done.push.reply(.success(done.positions))
    }
  }

  /// Nobody gets an answer any more.
  func close() {
    for waiting in pushes {
      waiting.push.reply(
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
