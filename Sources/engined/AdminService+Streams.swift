internal import BinaryProtocol
internal import EngineCore
internal import Synchronization

/// Answers that go on: events and figures.
extension AdminService {
  func addStreams(to router: inout CallRouter) {
    router.streaming("events.tap", summary: "Events of some subjects, as JSON.") {
      [self] _, payload, responder in
      let request = try AdminRequest(payload, keys: ["subjects", "limit", "policy", "from"])
      try await tap(request, responder)
    }
    router.streaming("stats.watch", summary: "Figures of the engine and all plugins.") {
      [self] _, payload, responder in
      let request = try AdminRequest(payload, keys: ["interval_ns"])
      let interval = try request.integer("interval_ns", in: 100_000_000...3_600_000_000_000)
      while true {
        try await responder.send(stats().bytes)
        try await Pause.wait(nanos: interval ?? 1_000_000_000)
      }
    }
  }

  private func stats() -> JSONValue {
    let plugins = engine.host.statuses()
    let subscriptions = taps.all().map { tap in
      JSONValue.object([
        ("name", .string(tap.name)), ("policy", .string(tap.policy.rawValue)),
        ("lag", .integer(tap.lag)), ("delivered", .integer(tap.metrics.delivered)),
        ("dropped", .integer(tap.metrics.dropped)),
        ("conflated", .integer(tap.metrics.conflated)),
      ])
    }
    return .object([
      ("engine", AdminJSON.engine(daemon)),
      ("plugins", .array(plugins.map { AdminJSON.plugin($0) })),
      ("subscriptions", .array(subscriptions)),
    ])
  }

  // MARK: Tap

  private func tap(_ request: AdminRequest, _ responder: CallResponder) async throws {
    let filter = try subjectFilter(try request.strings("subjects") ?? [">"])
    let policyText = try request.string("policy") ?? "drop-oldest"
    guard let policy = DeliveryPolicy(rawValue: policyText), policy != .lossless else {
      throw CallError(
        .invalidArgument,
        "policy: expected drop-oldest, conflate or disconnect, found \"\(policyText)\"",
        hint: "only plugins may hold the engine up")
    }
    let from = try request.string("from") ?? "live"
    guard from == "live" || from == "oldest" else {
      throw CallError(.invalidArgument, "from: expected live or oldest, found \"\(from)\"")
    }
    var left = try request.integer("limit", in: 0...Int64.max) ?? 0
    if left == 0 { left = .max }
    var wanted = filter.interest
    wanted.add(.gap)
    let subscription: Subscription
    do throws(SubscribeError) {
      subscription = try engine.subscribe(
        SubscriptionRequest(
          wanted, policy: policy, start: from == "oldest" ? .oldest : .live),
        name: taps.nextName())
    } catch {
      throw CallError(.resourceExhausted, "\(error)")
    }
    taps.add(subscription)
    defer {
      taps.remove(subscription)
      subscription.close()
    }
    let json = EventJSON(catalog: engine.catalog)
    while left > 0, !(subscription.isClosed && !subscription.hasNews) {
      var writer = JSONWriter()
      var written = Written()
      let passed = subscription.poll { batch in
        written = write(batch, filter, json, atMost: left, to: &writer)
      }
      left -= Int64(written.events)
      if written.events + written.gaps > 0 { try await responder.send(writer.bytes) }
      if passed == 0 { try await Pause.wait(nanos: 5_000_000) }
    }
  }

  /// What went into a message; gaps do not count toward a limit.
  private struct Written {
    var events = 0
    var gaps = 0
  }

  /// Writes what matches as one array.
  private func write(
    _ batch: borrowing Span<Event>, _ filter: SubjectFilter, _ json: EventJSON,
    atMost limit: Int64, to writer: inout JSONWriter
  ) -> Written {
    var written = Written()
    writer.beginArray()
    for index in 0..<batch.count where written.events < limit {
      let event = batch[index]
      // A gap without a sequence is this reader's own: always told.
      let isOwnGap = event.kind == .gap && event.sequence == 0
      guard isOwnGap || filter.matches(event) else { continue }
      json.write(event, to: &writer)
      if isOwnGap { written.gaps += 1 } else { written.events += 1 }
    }
    writer.endArray()
    return written
  }

  private func subjectFilter(_ texts: [String]) throws(CallError) -> SubjectFilter {
    var patterns: [SubjectPattern] = []
    for text in texts {
      do throws(SubjectError) {
        patterns.append(try SubjectPattern(parsing: text))
      } catch {
        throw CallError(
          .invalidArgument, "\(error)", hint: "such as trade.EURUSD, quote.*, status.>")
      }
    }
    let filter = SubjectFilter(patterns, catalog: engine.catalog)
    if let unknown = filter.unknown.first {
      throw CallError(.notFound, "\(unknown)", hint: "enginectl instruments")
    }
    return filter
  }
}

/// The taps that are open now, for `stats.watch`.
final class TapList: Sendable {
  private let open = Mutex<[ObjectIdentifier: Subscription]>([:])
  private let count = Atomic<Int>(0)

  /// Tells taps apart in tables and gaps. Numbers come again after a thousand, so that the names
  /// that the log remembers stay few.
  func nextName() -> String {
    "tap-\(count.add(1, ordering: .relaxed).oldValue % 1000 + 1)"
  }

  func add(_ tap: Subscription) { open.withLock { $0[ObjectIdentifier(tap)] = tap } }
  func remove(_ tap: Subscription) { open.withLock { $0[ObjectIdentifier(tap)] = nil } }
  func all() -> [Subscription] { open.withLock { Array($0.values) } }
}

/// Waiting inside a call; ends with an error when the call is cancelled.
enum Pause {
  static func wait(nanos: Int64) async throws {
    try await Task.sleep(nanoseconds: UInt64(nanos))
  }
}
