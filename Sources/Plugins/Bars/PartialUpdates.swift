internal import EngineCore

/// Which instruments have had ticks since their open bars were last published.
struct PartialUpdates {
  private let nanos: Int64?
  let isEveryTick: Bool
  /// By instrument id.
  private var isDirty: [Bool] = []
  private var dirty: [InstrumentID] = []
  private var next = Timestamp.distantPast
  private var hasTimer = false

  init(_ partial: BarsSettings.Partial) {
    isEveryTick = partial == .everyTick
    nanos = if case .every(let nanos) = partial { nanos } else { nil }
  }

  /// Notes the instruments of some ticks.
  mutating func mark(_ ticks: Span<Event>) {
    guard nanos != nil else { return }
    for index in 0..<ticks.count {
      let instrument = ticks[index].instrument
      let id = Int(instrument.raw)
      if id < isDirty.count, isDirty[id] { continue }
      add(instrument)
    }
  }

  private mutating func add(_ instrument: InstrumentID) {
    let id = Int(instrument.raw)
    if id >= isDirty.count {
      isDirty += Array(repeating: false, count: max(id + 1, isDirty.count * 2) - isDirty.count)
    }
    isDirty[id] = true
    dirty.append(instrument)
  }

  /// How long from now the time is needed; nil when it is not, or was asked for already.
  var wantsTimer: Int64? {
    mutating get {
      guard let nanos, !dirty.isEmpty, !hasTimer else { return nil }
      hasTimer = true
      return nanos
    }
  }

  /// The instruments that are due, in the order of their first tick.
  mutating func take(at now: Timestamp) -> [InstrumentID]? {
    guard let nanos, now >= next, !dirty.isEmpty else { return nil }
    next = now.advanced(byNanos: nanos)
    hasTimer = false
    defer { dirty.removeAll(keepingCapacity: true) }
    for instrument in dirty { isDirty[Int(instrument.raw)] = false }
    return dirty
  }
}
