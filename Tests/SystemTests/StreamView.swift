import BinaryProtocol
import EngineCore

/// One client's view of a stream of everything: each sequence once within an epoch, or a gap.
struct StreamView {
  var epochs: [UInt64] = []
  var next: UInt64 = 0
  var taken = 0
  var newest = Int64(0)
  var faults: [String] = []

  mutating func take(_ batch: FeedBatch) throws {
    if let answer = batch.answer {
      let isNew = epochs.last != answer.position.epoch
      // A log that is another one is said to be that, from its first event on.
      if isNew, !epochs.isEmpty, answer.resume != .anotherEpoch {
        faults.append("epoch \(answer.position.epoch) came as \(answer.resume)")
      }
      if isNew { epochs.append(answer.position.epoch) }
      if !isNew, answer.position.next != next {
        faults.append("resumed at \(answer.position.next) instead of \(next)")
      }
      next = answer.position.next
      return
    }
    var decoder = RecordDecoder(batch.records.raw)
    while let record = try decoder.next() {
      switch record {
      case .event(let event) where event.kind == .gap && event.sequence == 0:
        step(event.gap.first, event.gap.last)
      case .event(let event):
        step(event.sequence, event.sequence)
        taken += 1
        if event.kind == .trade { newest = event.trade.price.raw }
      case .definition(let definition) where definition.sequence > 0:
        step(definition.sequence, definition.sequence)
      case .definition, .position: break
      }
    }
  }

  private mutating func step(_ first: UInt64, _ last: UInt64) {
    if first != next { faults.append("\(first) at \(next)") }
    next = last + 1
  }
}
