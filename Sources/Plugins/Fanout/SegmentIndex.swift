package import EngineCore

/// The events of a segment, and where their records end: for formats that are written but not read.
package struct SegmentIndex {
  package private(set) var events: [Event] = []
  private var ends: [UInt32] = []

  package init() {}

  /// The memory that it has.
  package var byteCount: Int {
    events.capacity * MemoryLayout<Event>.stride + ends.capacity * MemoryLayout<UInt32>.stride
  }

  /// Adds the next record.
  package mutating func append(_ event: Event, end: Int) {
    events.append(event)
    ends.append(UInt32(end))
  }

  /// Adds the records of a segment that is put behind so many bytes.
  mutating func append(_ next: SegmentIndex?, behind bytes: Int) {
    guard let next else { return }
    events += next.events
    ends += next.ends.map { $0 + UInt32(bytes) }
  }

  /// Forgets all records, and keeps the memory for others.
  mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  /// The bytes of a record.
  package func range(_ record: Int) -> Range<Int> {
    (record == 0 ? 0 : Int(ends[record - 1]))..<Int(ends[record])
  }

  /// The record that begins at an offset, or the next one; the count of records at the end.
  package func record(at offset: Int) -> Int {
    // The first record that ends behind it.
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if Int(ends[middle]) <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The end of the last whole record that ends at `limit` or before; at least one on from `start`.
  package func boundary(from start: Int, limit: Int) -> Int {
    let record = record(at: start)
    guard record < ends.count else { return start }
    let last = self.record(at: start + limit)
    return Int(ends[max(record, min(last, ends.count) - 1)])
  }
}
