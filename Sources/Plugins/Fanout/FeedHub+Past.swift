package import EngineCore

/// Feeds that begin before the log in memory does: they read the kept one until they catch up.
extension FeedHub {
  /// The kept log, and a way to read it away from the event loop.
  package struct Past {
    package let store: any LogStore
    /// False when as much as allowed is under way.
    package let run: (@escaping @Sendable () async -> (any Sendable)?) -> Bool

    package init(
      store: any LogStore, run: @escaping (@escaping @Sendable () async -> (any Sendable)?) -> Bool
    ) {
      self.store = store
      self.run = run
    }
  }

  /// The oldest sequence that a feed may begin with.
  package var oldest: UInt64 { past.map { min($0.store.firstSequence, log.first) } ?? log.first }

  /// Whether what the feed wants next is read from the kept log.
  func readsPast(_ feed: Feed) -> Bool {
    guard past != nil, feed.next < log.first else { return false }
    // Whoever may not lose anything goes on from there when memory was too short.
    return feed.readsPast || feed.policy == .lossless || feed.policy == .disconnect
  }

  func stepPast(_ feed: Feed, _ now: Int64) -> Step {
    guard let piece = feed.pieces.last else { return read(feed) }
    if feed.policy == .conflate {
      for event in piece.events { feed.conflator?.merge(event) }
    } else if !piece.records.isEmpty {
      guard send(feed, records: piece.records, now) else { return .blocked }
    }
    feed.pieces.removeLast()
    feed.next = piece.next
    feed.progressNanos = now
    if feed.next >= log.first {
      feed.pieces = []
      feed.reading = 0
      feed.readsPast = false
    } else if feed.pieces.count < 2 {
      _ = read(feed)
    }
    return .sent
  }

  /// Has the next stretch read, unless that is under way.
  private func read(_ feed: Feed) -> Step {
    guard feed.reading == 0, let past else { return blocked(feed) }
    readings += 1
    let reading = PastReading(
      number: readings, store: past.store, filter: feed.selection.filter,
      isEverything: feed.selection.isEverything, appender: format.makeAppender(),
      isConflated: feed.policy == .conflate,
      first: feed.pieces.first?.next ?? feed.next, last: log.first - 1,
      pieceBytes: feed.pieceBytes(below: format.largeRecordBytes),
      now: clock.now())
    guard reading.first <= reading.last else { return blocked(feed) }
    if past.run({ reading.run() }) {
      feed.reading = reading.number
      readers[reading.number] = feed
    } else {
      waitsForReading = true
    }
    return blocked(feed)
  }

  /// Takes in what was read for a feed.
  package func take(_ news: PastReading.News) {
    retryReadings()
    guard let feed = readers.removeValue(forKey: news.number), feed.reading == news.number else {
      return
    }
    feed.reading = 0
    feed.isBlocked = false
    // The last piece first, as they are taken from the end.
    feed.pieces = news.pieces.reversed() + feed.pieces
    if news.lost > 0 { counters.lost(news.lost) }
    activate(feed)
  }

  /// Those for whom nothing could be read as too much was under way.
  package func retryReadings() {
    guard waitsForReading else { return }
    waitsForReading = false
    for feed in feeds {
      if let feed, feed.phase == .behind, feed.reading == 0, readsPast(feed) { activate(feed) }
    }
  }
}
