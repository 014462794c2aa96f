internal import EngineCore
internal import Fanout
internal import WebProtocol

/// Hubs of a web frontend: one for each way in which events are written that somebody uses.
///
/// Most clients use the same; the others' hubs begin with what the ring still has, and go when
/// nobody has used them for a while, so that no event is written for nobody.
final class FeedHubs {
  private struct Extra {
    var format: EventFormat
    var hub: FeedHub
    var idleTicks = 0
  }

  let usual: FeedHub
  private var extras: [Extra] = []
  private let make: (EventFormat, _ next: UInt64) -> FeedHub
  private let recent: RecentEvents
  /// Ticks without a feed after which a hub goes: a minute.
  private static let idleTicksMax = 240

  init(
    recent: RecentEvents, last: UInt64,
    make: @escaping (EventFormat, _ next: UInt64) -> FeedHub
  ) {
    self.recent = recent
    self.make = make
    usual = Self.filled(EventFormat(), recent.kept(), next: last + 1, make)
  }

  private static func filled(
    _ format: EventFormat, _ events: [Event], next: UInt64,
    _ make: (EventFormat, UInt64) -> FeedHub
  ) -> FeedHub {
    let hub = make(format, events.first?.sequence ?? next)
    hub.receive(events.span)
    hub.flush()
    return hub
  }

  func hub(for format: EventFormat) -> FeedHub {
    if format == EventFormat() { return usual }
    if let extra = extras.first(where: { $0.format == format }) { return extra.hub }
    // What the lane has not handed over yet comes to all hubs alike.
    let next = usual.log.next
    let events = recent.kept().filter { $0.sequence < next }
    let hub = Self.filled(format, events, next: next, make)
    extras.append(Extra(format: format, hub: hub))
    return hub
  }

  private var all: [FeedHub] { extras.isEmpty ? [usual] : [usual] + extras.map(\.hub) }

  // MARK: Turns

  func receive(_ batch: Span<Event>) {
    usual.receive(batch)
    for extra in extras { extra.hub.receive(batch) }
  }

  func turnEnded(isBusy: Bool) {
    for hub in all { hub.turnEnded(isBusy: isBusy) }
  }

  var wantTurn: Bool { usual.wantsTurn || extras.contains { $0.hub.wantsTurn } }
  var hasRoom: Bool { all.allSatisfy(\.hasRoom) }

  /// The next time at which a feed has something due.
  var nextDueNanos: Int64 {
    extras.reduce(usual.nextDueNanos) { min($0, $1.hub.nextDueNanos) }
  }

  func tick() {
    for hub in all { hub.tick() }
    for index in extras.indices {
      let isUsed = extras[index].hub.feeds.contains { $0 != nil }
      extras[index].idleTicks = isUsed ? 0 : extras[index].idleTicks + 1
    }
    extras.removeAll { $0.idleTicks > Self.idleTicksMax }
  }

  func hurry() { for hub in all { hub.hurry() } }
  func service() { for hub in all { hub.service() } }
  func flushSockets() { for hub in all { hub.flushSockets() } }
  func retryReadings() { for hub in all { hub.retryReadings() } }

  /// What was read of the kept log goes to the hub that had asked, if it is still there.
  func take(_ news: PastReading.News, for format: EventFormat) {
    if format == EventFormat() { return usual.take(news) }
    extras.first { $0.format == format }?.hub.take(news)
  }

  // MARK: Figures

  var feedCount: Int { all.reduce(0) { $0 + $1.feeds.count { $0 != nil } } }
  var lost: UInt64 { all.reduce(0) { $0 + $1.counters.lost } }
  var conflated: UInt64 { all.reduce(0) { $0 + $1.counters.conflated } }
  var logBytes: Int { all.reduce(0) { $0 + $1.log.byteCount } }
}

/// What work away from the event loop came to, for one of the hubs; goes to the frontend's inbox.
struct HubResult: Sendable {
  var format: EventFormat
  var value: any Sendable
}
