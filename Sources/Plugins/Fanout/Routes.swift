package import EngineCore

/// From an event to the feeds that want it, without asking each of them.
package struct Routes {
  struct Route {
    var feed: Int
    /// Bit n is kind n.
    var kinds: UInt32
  }

  /// Kinds whose subjects begin with an instrument.
  package static let marketKinds: [EventKind] = [.trade, .quote, .bar, .correction]

  /// Per kind: feeds that take it of every instrument.
  private(set) var everywhere: [[Int]] = Array(repeating: [], count: 16)
  /// Per instrument: feeds that named it.
  private(set) var byInstrument: [[Route]] = []
  /// Feeds with patterns over other kinds, which are asked.
  private var others: [[Int]] = Array(repeating: [], count: 16)

  private var count = 0
  var isEmpty: Bool { count == 0 }

  /// Adds a feed under its number.
  mutating func add(_ feed: Int, _ filter: SubjectFilter) {
    count += 1
    for kind in Self.marketKinds {
      let code = Int(kind.rawValue)
      switch filter.coverage(of: kind) {
      case .none: break
      case .all: everywhere[code].append(feed)
      case .some(let instruments):
        for instrument in instruments { add(feed, code, Int(instrument.raw)) }
      }
    }
    for kind in EventKind.allCases
    where !Self.marketKinds.contains(kind)
      && filter.interest.kindMask >> UInt32(kind.rawValue) & 1 != 0
    {
      others[Int(kind.rawValue)].append(feed)
    }
  }

  private mutating func add(_ feed: Int, _ kind: Int, _ instrument: Int) {
    if instrument >= byInstrument.count {
      let size = max(instrument + 1, byInstrument.count * 2)
      byInstrument.append(contentsOf: repeatElement([], count: size - byInstrument.count))
    }
    if let last = byInstrument[instrument].indices.last,
      byInstrument[instrument][last].feed == feed
    {
      byInstrument[instrument][last].kinds |= 1 << UInt32(kind)
    } else {
      byInstrument[instrument].append(Route(feed: feed, kinds: 1 << UInt32(kind)))
    }
  }

  /// Takes a feed out; `filter` is what it was added with.
  mutating func remove(_ feed: Int, _ filter: SubjectFilter) {
    count -= 1
    for kind in EventKind.allCases {
      everywhere[Int(kind.rawValue)].removeAll { $0 == feed }
      others[Int(kind.rawValue)].removeAll { $0 == feed }
      guard case .some(let instruments) = filter.coverage(of: kind) else { continue }
      for instrument in instruments where Int(instrument.raw) < byInstrument.count {
        byInstrument[Int(instrument.raw)].removeAll { $0.feed == feed }
      }
    }
  }

  /// Feeds that may want a bar of an instrument.
  func barFeeds(instrument: Int) -> [Int] {
    let kind = Int(EventKind.bar.rawValue)
    guard instrument < byInstrument.count else { return everywhere[kind] }
    return everywhere[kind]
      + byInstrument[instrument].filter { $0.kinds >> UInt32(kind) & 1 != 0 }.map(\.feed)
  }

  /// Feeds to be asked about another kind.
  func candidates(kind: Int) -> [Int] { others[kind] }
}
