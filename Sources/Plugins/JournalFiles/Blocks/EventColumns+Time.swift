internal import EngineCore

extension EventColumns {
  /// The word that holds an event's time, as `Event.time` has it.
  static func timeWord(kind: UInt64) -> Int? {
    guard let kind = EventKind(rawValue: UInt8(truncatingIfNeeded: kind)) else { return nil }
    switch kind {
    case .trade, .quote, .bar: return 4
    case .alert: return 6
    case .correction, .watermark: return 3
    case .gap: return 5
    case .status, .time, .command: return 2
    case .definition: return nil
    }
  }
}
