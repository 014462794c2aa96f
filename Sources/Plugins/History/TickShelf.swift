internal import EngineCore

/// Reads recorded ticks: from the kept log, or from the ring where nobody keeps one.
struct TickShelf: Sendable {
  let store: (any LogStore)?
  let recent: RecentEvents

  /// Events looked at for one page at most: who asks for few among many asks again.
  static let scanMax = 8 << 20
  /// Positions that are looked at first for the newest ticks.
  static let windowMin: UInt64 = 1 << 14

  /// The oldest and newest positions that are recorded.
  var first: UInt64 { store?.firstSequence ?? recent.first }
  var last: UInt64 { store.map { max($0.newestSequence, $0.lastKept) } ?? recent.last }

  func page(_ query: TickQuery) throws(PluginError) -> TickPage {
    let (oldest, newest) = (first, last)
    let scan =
      query.isNewest
      ? try newestTicks(query, oldest, newest)
      : try ticks(query, from: max(query.after + 1, oldest), through: newest, limit: query.limit)
    return TickPage(
      ticks: try corrected(scan.events, through: newest), next: scan.next, recordedFrom: oldest)
  }

  private struct Scan {
    var events: [Event] = []
    var next: UInt64?
  }

  /// Goes back by ever larger steps until there are enough.
  private func newestTicks(
    _ query: TickQuery, _ oldest: UInt64, _ newest: UInt64
  ) throws(PluginError) -> Scan {
    let begin = max(query.after + 1, oldest)
    var window = Self.windowMin
    while true {
      let from = newest > window ? max(newest - window, begin) : begin
      let scan = try ticks(query, from: from, through: newest, limit: .max)
      guard scan.events.count < query.limit, from > begin else {
        return Scan(events: Array(scan.events.suffix(query.limit)))
      }
      window *= 4
    }
  }

  private func ticks(
    _ query: TickQuery, from: UInt64, through newest: UInt64, limit: Int
  ) throws(PluginError) -> Scan {
    var scan = Scan()
    var looked = 0
    guard from <= newest, query.from < query.to else { return scan }
    try read(
      from: from, through: newest,
      LogSelection(
        kinds: query.kinds, instrument: query.instrument == .none ? nil : query.instrument,
        times: query.from...query.to.advanced(byNanos: -1))
    ) { event in
      looked += 1
      if query.matches(event) { scan.events.append(event) }
      guard scan.events.count < limit, limit == .max || looked < Self.scanMax else {
        scan.next = event.sequence < newest ? event.sequence : nil
        return false
      }
      return true
    }
    return scan
  }

  /// Takes in what became of the trades since.
  private func corrected(
    _ events: [Event], through newest: UInt64
  ) throws(PluginError) -> [TickPage.Tick] {
    // Where instruments are mixed, corrections are of any.
    let isMixed = events.contains { $0.instrument != events[0].instrument }
    guard let first = events.first, first.sequence < newest else {
      return events.map { TickPage.Tick(event: $0, isCorrected: false) }
    }
    var changes: [UInt64: Correction] = [:]
    try read(
      from: first.sequence, through: newest,
      LogSelection(kinds: [.correction], instrument: isMixed ? nil : first.instrument)
    ) { event in
      if event.kindCode == EventKind.correction.rawValue {
        changes[event.correction.target] = event.correction
      }
      return true
    }
    return events.compactMap { event in
      guard let change = changes[event.sequence], event.kind == .trade else {
        return TickPage.Tick(event: event, isCorrected: false)
      }
      return change.applied(to: event).map { TickPage.Tick(event: $0, isCorrected: true) }
    }
  }

  /// Hands over events of a range, at least what is selected, until the body says no.
  func read(
    from first: UInt64, through last: UInt64, _ selection: LogSelection,
    _ body: (Event) -> Bool
  ) throws(PluginError) {
    guard let store else {
      var goesOn = true
      _ = recent.events(from: first, through: last) { event in
        if goesOn { goesOn = body(event) }
      }
      return
    }
    try store.read(from: first, through: last, selection) { events in
      for index in 0..<events.count where events[index].kindCode != EventKind.gap.rawValue {
        if !body(events[index]) { return false }
      }
      return true
    }
  }
}
