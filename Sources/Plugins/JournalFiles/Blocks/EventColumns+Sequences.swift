internal import EngineCore

extension EventColumns {
  /// Puts the sequences of events that were split into their column.
  func fillSequences(of events: borrowing Span<Event>) {
    var sequences = mutableSequences
    var row = 0
    for index in events.indices where events[index].sequence > 0 {
      sequences[row] = events[index].sequence
      row += 1
    }
  }
}
