/// Feeds that wait to be sent something, each once, in the order in which they began to.
struct WaitingFeeds {
  private struct Place {
    /// Nil when it was removed.
    var feed: Int?
    var sinceNanos: Int64
  }

  /// Those before `head` were taken.
  private var places: [Place] = []
  private var head = 0
  /// Those before it may be taken.
  private var end = 0
  private(set) var count = 0

  var hasReleased: Bool { head < end }

  /// Since when the first waits that may not be taken yet.
  var nextSinceNanos: Int64? { end < places.count ? places[end].sinceNanos : nil }

  mutating func append(_ feed: Int, since nanos: Int64) {
    places.append(Place(feed: feed, sinceNanos: nanos))
    count += 1
  }

  mutating func remove(_ feed: Int) {
    guard let index = places[head...].firstIndex(where: { $0.feed == feed }) else { return }
    places[index].feed = nil
    count -= 1
  }

  /// From now on those that have waited since `nanos` or longer may be taken.
  mutating func release(through nanos: Int64) {
    while end < places.count, places[end].sinceNanos <= nanos { end += 1 }
  }

  /// Takes the first that may be taken.
  mutating func takeReleased() -> Int? {
    while head < end {
      let feed = places[head].feed
      head += 1
      if head == places.count || head >= Self.spentMax { forgetSpent() }
      guard let feed else { continue }
      count -= 1
      return feed
    }
    return nil
  }

  /// Places that were taken are given back so many at a time, or when they were the last.
  private static let spentMax = 4096

  private mutating func forgetSpent() {
    places.removeFirst(head)
    end -= head
    head = 0
  }
}
