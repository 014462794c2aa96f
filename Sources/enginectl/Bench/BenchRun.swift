import BinaryProtocol
import EngineCore
import NIOCore
import NIOPosix
import Transport

/// One run of a load generator: connects everybody, lets them work, and adds up.
struct BenchRun: Sendable {
  /// How long the end may take: what is on its way arrives or it does not.
  private static let drainNanos: Int64 = 5_000_000_000
  private static let lookNanos: Int64 = 20_000_000
  /// Looks without a new event after which nothing is taken to come any more.
  private static let quietLooks = 15

  let plan: BenchPlan
  let place: FeedPlace
  private let group: MultiThreadedEventLoopGroup
  private let loops: [any EventLoop]
  private let logs: [NIOLoopBoundBox<LatencyLog>]
  private let clock: EventLoopClock

  init(_ plan: BenchPlan, _ place: FeedPlace, threads: Int) {
    self.plan = plan
    self.place = place
    group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    loops = (0..<threads).map { [group] _ in group.next() }
    logs = loops.map { NIOLoopBoundBox.makeBoxSendingValue(LatencyLog(), eventLoop: $0) }
    clock = EventLoopClock(loops[0])
  }

  /// Does it all. A task that is cancelled ends the run early, with what there is.
  func perform() async throws(ControlError) -> BenchReport {
    let result: Result<BenchReport, ControlError>
    do throws(CallError) {
      result = .success(try await measure())
    } catch {
      result = .failure(Task.isCancelled ? .interrupted : .reaching(error))
    }
    // Nothing is left to do when the threads cannot be ended.
    try? await group.shutdownGracefully()
    return try result.get()
  }

  private func measure() async throws(CallError) -> BenchReport {
    var publishers: [BenchHandle<BenchPublisher>] = []
    var subscribers: [BenchHandle<BenchSubscriber>] = []
    // First the publishers, so that what is subscribed to is known.
    for index in 0..<plan.publishers {
      publishers.append(try await publisher(index))
    }
    for publisher in publishers { try await publisher.waitUntilReady() }
    for index in 0..<plan.subscribers {
      subscribers.append(try await subscriber(index))
    }
    for subscriber in subscribers { try await subscriber.waitUntilReady() }

    let begin = SystemClock().monotonicNanos()
    for (index, publisher) in publishers.enumerated() {
      let pacer = Pacer(
        rate: plan.rate(ofPublisher: index), beginNanos: begin,
        endNanos: begin + plan.durationNanos)
      publisher.change { $0.begin(pacer) }
    }
    // Cancelled: the end comes earlier.
    try? await clock.sleep(untilNanos: clock.nowNanos + plan.durationNanos)
    await waitForPublishers(publishers)
    if plan.publishers > 0 { await waitForSubscribers(subscribers) }
    let report = await report(publishers, subscribers, begin)
    for publisher in publishers { publisher.close() }
    for subscriber in subscribers { subscriber.close() }
    return report
  }

  private func publisher(_ index: Int) async throws(CallError) -> BenchHandle<BenchPublisher> {
    let plan = plan
    return try await BenchHandle<BenchPublisher>.open(place, on: loops[index % loops.count]) {
      BenchPublisher(plan, index: index, options: FeedPlace.options)
    }
  }

  private func subscriber(_ index: Int) async throws(CallError) -> BenchHandle<BenchSubscriber> {
    let plan = plan
    // Where there is one publisher, the first subscriber is on another thread.
    let thread = (index + plan.publishers) % loops.count
    let log = logs[thread]
    return try await BenchHandle<BenchSubscriber>.open(place, on: loops[thread]) {
      BenchSubscriber(plan, index: index, options: FeedPlace.options, log: log.value)
    }
  }

  // MARK: The end

  /// Waits until everything that was sent is acknowledged.
  private func waitForPublishers(_ publishers: [BenchHandle<BenchPublisher>]) async {
    let limit = clock.nowNanos + Self.drainNanos
    for publisher in publishers {
      while clock.nowNanos < limit, let look = await publisher.look(), !look.isOver {
        guard (try? await clock.sleep(untilNanos: clock.nowNanos + Self.lookNanos)) != nil
        else { return }
      }
    }
  }

  /// Waits until nothing comes any more.
  private func waitForSubscribers(_ subscribers: [BenchHandle<BenchSubscriber>]) async {
    let limit = clock.nowNanos + Self.drainNanos
    var last: UInt64 = 0
    var quiet = 0
    while clock.nowNanos < limit, quiet < Self.quietLooks {
      var events: UInt64 = 0
      for subscriber in subscribers { events += await subscriber.look()?.report.events ?? 0 }
      quiet = events == last ? quiet + 1 : 0
      last = events
      guard (try? await clock.sleep(untilNanos: clock.nowNanos + Self.lookNanos)) != nil
      else { return }
    }
  }

  private func report(
    _ publishers: [BenchHandle<BenchPublisher>], _ subscribers: [BenchHandle<BenchSubscriber>],
    _ begin: Int64
  ) async -> BenchReport {
    var report = BenchReport(plan: plan)
    for publisher in publishers {
      guard let (counts, _, failure) = await publisher.look() else { continue }
      report.published.sent += counts.sent
      report.published.accepted += counts.accepted
      report.published.rejected += counts.rejected
      report.publishNanos = max(report.publishNanos, counts.lastNanos - begin)
      if let failure { report.failures[failure.message, default: 0] += 1 }
    }
    for subscriber in subscribers {
      guard let (counts, _, failure) = await subscriber.look() else { continue }
      report.received.events += counts.events
      report.received.others += counts.others
      report.received.bytes += counts.bytes
      report.received.lost += counts.lost
      report.receiveNanos = max(report.receiveNanos, counts.lastNanos - begin)
      if let failure { report.failures[failure.message, default: 0] += 1 }
    }
    for (loop, log) in zip(loops, logs) {
      if let part = try? await loop.submit({ log.value.histogram }).get() {
        report.latency.add(part)
      }
    }
    return report
  }
}
