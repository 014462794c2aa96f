internal import EngineCore

/// Tells trades, and bars of days, to the clients of other systems' grammars. A message is written
/// once for all who get it. Lives on the event loop.
final class DialectFeed {
  let catalog: Catalog
  private var sessions: [ObjectIdentifier: DialectSession] = [:]
  /// Who wants everything, and who wants which instrument.
  private var whole: [ObjectIdentifier: DialectSession] = [:]
  private var byInstrument: [InstrumentID: [ObjectIdentifier: DialectSession]] = [:]
  /// Bar specs that are days, by id; nil for those that were not met yet.
  private var isDay: [UInt16: Bool] = [:]
  private var previousClose: [InstrumentID: (end: Timestamp, close: Price)] = [:]
  private var touched: [ObjectIdentifier: DialectSession] = [:]

  init(catalog: Catalog) { self.catalog = catalog }

  var isEmpty: Bool { sessions.isEmpty }

  // MARK: Clients

  func add(_ session: DialectSession) {
    sessions[ObjectIdentifier(session)] = session
    if session.grammar.wantsAll { whole[ObjectIdentifier(session)] = session }
  }

  func remove(_ session: DialectSession) {
    let id = ObjectIdentifier(session)
    guard sessions.removeValue(forKey: id) != nil else { return }
    whole[id] = nil
    touched[id] = nil
    for instrument in session.instruments { unsubscribe(session, instrument) }
  }

  func subscribe(_ session: DialectSession, _ instrument: InstrumentID) {
    byInstrument[instrument, default: [:]][ObjectIdentifier(session)] = session
  }

  func unsubscribe(_ session: DialectSession, _ instrument: InstrumentID) {
    byInstrument[instrument]?[ObjectIdentifier(session)] = nil
    if byInstrument[instrument]?.isEmpty == true { byInstrument[instrument] = nil }
  }

  // MARK: Events

  func received(_ batch: Span<Event>) {
    for index in 0..<batch.count {
      let event = batch[index]
      if event.kindCode == EventKind.bar.rawValue, isDay(event.scope) { note(event.bar) }
      guard !sessions.isEmpty else { continue }
      switch event.kindCode {
      case EventKind.trade.rawValue: tell(event)
      case EventKind.bar.rawValue where isDay(event.scope): tell(event)
      default: break
      }
    }
    for session in touched.values { session.flush() }
    touched.removeAll(keepingCapacity: true)
  }

  /// Remembers the close of the day before the one that is open.
  private func note(_ bar: Bar) {
    guard bar.state != .open, bar.state != .void else { return }
    if let known = previousClose[bar.instrument], known.end > bar.end { return }
    previousClose[bar.instrument] = (bar.end, bar.close)
  }

  private func isDay(_ spec: UInt16) -> Bool {
    if let known = isDay[spec] { return known }
    let name = catalog.name(UInt32(spec), in: .spec)
    let parsed = name.flatMap { try? BarSpec(parsing: $0) }
    let found = parsed?.measure == .time(1, .days) && parsed?.price == .last
    isDay[spec] = found
    return found
  }

  private func tell(_ event: Event) {
    guard let some = byInstrument[event.instrument] ?? (whole.isEmpty ? nil : [:]),
      let key = catalog.instrument(event.instrument)?.key
    else { return }
    var frames: [DialectGrammar: [UInt8]?] = [:]
    for session in some.values { tell(event, key, session, &frames) }
    for session in whole.values { tell(event, key, session, &frames) }
  }

  private func tell(
    _ event: Event, _ key: String, _ session: DialectSession,
    _ frames: inout [DialectGrammar: [UInt8]?]
  ) {
    let grammar = session.grammar
    let frame = frames[grammar] ?? frame(of: event, key, grammar)
    frames[grammar] = frame
    guard let frame, session.mayRead(key) else { return }
    session.tell(frame, of: event.instrument)
    touched[ObjectIdentifier(session)] = session
  }

  private func frame(
    of event: Event, _ key: String, _ grammar: DialectGrammar
  ) -> [UInt8]? {
    guard event.kind == .bar else { return grammar.frame(event.trade, event.sequence, key) }
    let bar = event.bar
    let previous = previousClose[bar.instrument].flatMap { $0.end <= bar.start ? $0.close : nil }
    return grammar.frame(bar, previous: previous, key)
  }
}
