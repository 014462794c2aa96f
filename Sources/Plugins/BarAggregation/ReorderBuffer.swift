internal import EngineCore

/// Ticks in their order of time, until no earlier one can come.
struct ReorderBuffer: Sendable {
  struct Entry: Sendable {
    var tick: BarTick
    var series: Int
    /// The specs that wait for it.
    var mask: UInt64
  }

  private var entries: [Entry] = []
  private var head = 0

  var isEmpty: Bool { head == entries.count }
  var firstTime: Int64? { isEmpty ? nil : entries[head].tick.time }
  var count: Int { entries.count - head }

  mutating func insert(_ entry: Entry) {
    var index = entries.count
    while index > head, entry.tick.precedes(entries[index - 1].tick) { index -= 1 }
    entries.insert(entry, at: index)
  }

  /// The first one, if it is before that time.
  mutating func take(before time: Int64) -> Entry? {
    guard !isEmpty, entries[head].tick.time < time else { return nil }
    let entry = entries[head]
    head += 1
    if isEmpty {
      entries.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1024, head >= entries.count / 2 {
      entries.removeSubrange(0..<head)
      head = 0
    }
    return entry
  }
}
