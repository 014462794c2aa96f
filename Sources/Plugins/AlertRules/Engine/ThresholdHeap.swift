/// A binary heap of numbered things by key, the least first, in which each can be found and taken
/// out again.
///
/// Where a thing lies is kept outside, in one array for all heaps that share its numbers, as a
/// thing is in at most one of them.
struct ThresholdHeap: Sendable {
  struct Entry: BitwiseCopyable, Sendable {
    var key: Int64
    var number: Int32
  }

  /// A place that means "in no heap".
  static let nowhere: Int32 = -1

  private(set) var entries: [Entry] = []

  var top: Entry? { entries.first }
  var count: Int { entries.count }

  /// The least key, `Int64.max` of an empty heap.
  var least: Int64 { entries.isEmpty ? .max : entries[0].key }

  mutating func push(_ key: Int64, _ number: Int32, _ places: inout [Int32]) {
    entries.append(Entry(key: key, number: number))
    rise(entries.count - 1, &places)
  }

  mutating func pop(_ places: inout [Int32]) -> Entry? {
    guard let top = entries.first else { return nil }
    remove(at: 0, &places)
    return top
  }

  /// Takes a thing out, if it is in this heap.
  mutating func remove(_ number: Int32, _ places: inout [Int32]) {
    let place = places[Int(number)]
    guard place != Self.nowhere else { return }
    remove(at: Int(place), &places)
  }

  private mutating func remove(at index: Int, _ places: inout [Int32]) {
    places[Int(entries[index].number)] = Self.nowhere
    let last = entries.removeLast()
    guard index < entries.count else { return }
    entries[index] = last
    if index > 0, last.key < entries[(index - 1) / 2].key {
      rise(index, &places)
    } else {
      sink(index, &places)
    }
  }

  private mutating func rise(_ start: Int, _ places: inout [Int32]) {
    var index = start
    let entry = entries[index]
    while index > 0 {
      let parent = (index - 1) / 2
      guard entry.key < entries[parent].key else { break }
      entries[index] = entries[parent]
      places[Int(entries[index].number)] = Int32(index)
      index = parent
    }
    entries[index] = entry
    places[Int(entry.number)] = Int32(index)
  }

  private mutating func sink(_ start: Int, _ places: inout [Int32]) {
    var index = start
    let entry = entries[index]
    while true {
      var child = index * 2 + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count, entries[child + 1].key < entries[child].key { child += 1 }
      guard entries[child].key < entry.key else { break }
      entries[index] = entries[child]
      places[Int(entries[index].number)] = Int32(index)
      index = child
    }
    entries[index] = entry
    places[Int(entry.number)] = Int32(index)
  }
}
