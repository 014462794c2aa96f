import BinaryProtocol
import EngineCore

/// Looks whether a stream of everything has each sequence once, or tells it in a gap.
struct ContinuityCheck {
  /// The sequence that has to come next.
  private(set) var next: UInt64
  private(set) var taken: UInt64 = 0
  private(set) var gaps: [Gap] = []
  /// What came where something else should have.
  private(set) var faults: [String] = []

  init(from next: UInt64) { self.next = next }

  var lost: UInt64 { gaps.reduce(0) { $0 + $1.count } }

  /// Takes the records of a frame.
  mutating func take(_ records: [UInt8]) throws {
    var decoder = RecordDecoder(records.raw)
    while let record = try decoder.next() {
      switch record {
      case .event(let event) where event.kind == .gap && event.sequence == 0:
        step(from: event.gap.first, to: event.gap.last)
        gaps.append(event.gap)
      case .event(let event):
        step(from: event.sequence, to: event.sequence)
        taken += 1
      case .definition(let definition) where definition.sequence > 0:
        step(from: definition.sequence, to: definition.sequence)
        taken += 1
      case .definition: break
      case .position(let position):
        if position.next != next { faults.append("position \(position.next) at \(next)") }
      }
    }
  }

  private mutating func step(from first: UInt64, to last: UInt64) {
    if first != next { faults.append("\(first) at \(next)") }
    next = last + 1
  }
}
