/// The line of each event that was published, by its sequence: kept as the places where the
/// difference of the two changes, and only of events that are not decided.
struct LineBook: Equatable, Sendable {
  private struct Change: Equatable {
    var sequence: UInt64
    var difference: Int64
  }

  private var changes: [Change] = []
  private var next: UInt64 = 1

  /// Notes the line of the next event.
  mutating func add(line: Int) {
    let difference = Int64(line) - Int64(next)
    if changes.last?.difference != difference {
      changes.append(Change(sequence: next, difference: difference))
    }
    next += 1
  }

  /// The line of an event; nil when it was never added or is forgotten.
  func line(of sequence: UInt64) -> Int? {
    guard sequence < next, let change = changes.last(where: { $0.sequence <= sequence }) else {
      return nil
    }
    return Int(Int64(sequence) + change.difference)
  }

  /// Forgets the events up to a sequence.
  mutating func forget(through sequence: UInt64) {
    guard let index = changes.lastIndex(where: { $0.sequence <= sequence + 1 }) else { return }
    if index > 0 { changes.removeFirst(index) }
  }

  /// What is kept.
  var count: Int { changes.count }
}
