internal import AlertRules
internal import EngineCore

/// One run of rules over a log: all that depends on the log, and nothing else. What comes out of it
/// waits to be published and to be kept.
struct AlertRun: Sendable {
  /// What it is told of its surroundings.
  struct Place: Sendable {
    /// Of the plugin: commands are addressed to it.
    var name: String
    var source: SourceID
    var epoch: UInt64
    var catalog: Catalog
    var log: Log
    var options: AlertOptions
    /// Nothing of it is kept.
    var isRerun: Bool
  }

  let place: Place
  var engine: AlertEngine
  let known = KnownNames()
  /// Rules as they were given, by number.
  var rules: [RuleID: KeptRule] = [:]
  /// Those that were removed since something was gathered.
  var former: [RuleID: KeptRule] = [:]
  var collector = AlertCollector()
  var ledger = AlertLedger()
  var pending = AlertPending()
  /// Everything up to here has been evaluated.
  var position: UInt64 = 0
  /// Positions through this one were read when it began.
  var caughtUp: UInt64 = 0
  /// The version of the newest change of configured rules that was made.
  var version: Int64 = 0
  /// Changes that are kept, by version, until their place in the log is reached.
  var changes: [Int64: RuleSetChange] = [:]
  private var reasons: [UInt8: TextID] = [:]

  init(_ place: Place) {
    self.place = place
    engine = AlertEngine(
      options: place.options, surroundings: Self.surroundings(place.catalog, known))
  }

  static func surroundings(_ catalog: Catalog, _ known: KnownNames) -> AlertSurroundings {
    let book = CalendarBook()
    return AlertSurroundings(
      describe: { id in
        let instrument = catalog.instrument(id)
        return AlertInstrument(
          key: instrument?.key ?? "#\(id.raw)",
          calendar: instrument?.calendar.flatMap { name in
            do throws(CalendarError) { return try book.calendar(named: name) } catch {
              return nil
            }
          },
          pricePrecision: instrument?.pricePrecision ?? 0)
      },
      find: { key in
        catalog.instrument(key: key).flatMap { known.knows($0) ? $0 : nil }
      },
      specID: { catalog.spec($0.description) })
  }

  // MARK: Events

  /// Trades, quotes, bars and times.
  mutating func take(_ events: Span<Event>) {
    guard events.count > 0 else { return }
    engine.receive(events, to: &collector)
    position = events[events.count - 1].sequence
  }

  /// Definitions, and alerts of its own.
  mutating func takeOther(_ event: Event) {
    switch event.kindCode {
    case EventKind.definition.rawValue:
      let definition = event.definition
      guard known.note(definition), definition.namespace == .instrument else { return }
      engine.define(InstrumentID(definition.id), cause: event.sequence, to: &collector)
    case EventKind.alert.rawValue:
      if event.source == place.source { ledger.meet(event) }
    default: break
    }
  }

  // MARK: What comes out

  var hasNews: Bool { !collector.transitions.isEmpty || !collector.notifications.isEmpty }

  /// Numbers transitions and notes what is to be kept; gives the events to be told.
  mutating func gather() -> [Event] {
    var events: [Event] = []
    for transition in collector.transitions {
      var event = transition.event(reason: reason(transition.reason), source: place.source)
      event.sequence = 0
      let number = ledger.add(event)
      events.append(event)
      if !place.isRerun { pending.records.append(kept(transition, number: number)) }
    }
    if !place.isRerun {
      for notification in collector.notifications { note(notification) }
    }
    collector.transitions.removeAll(keepingCapacity: true)
    collector.notifications.removeAll(keepingCapacity: true)
    former.removeAll()
    return events
  }

  mutating func reason(_ reason: AlertReason) -> TextID {
    if let known = reasons[reason.rawValue] { return known }
    let text = place.catalog.intern(reason.text)
    reasons[reason.rawValue] = text
    return text
  }

  func kept(_ transition: AlertTransition, number: UInt64) -> KeptTransition {
    let rule = ruleName(transition.rule)
    return KeptTransition(
      number: number, epoch: place.epoch, rule: rule,
      instrument: instrumentName(transition.instrument), transition: transition,
      message: engine.message(for: transition) ?? "\(rule) \(transition.to)")
  }

  private mutating func note(_ notification: AlertNotification) {
    guard let rule = engine.rule(notification.rule) ?? former[notification.rule]?.rule,
      !rule.notify.isEmpty
    else { return }
    pending.notifications.append(
      KeptNotification(
        rule: rule.id, instrument: instrumentName(notification.name.key.instrument),
        generation: notification.name.key.generation, number: notification.name.number,
        kind: notification.kind, severity: rule.severity, channels: rule.notify,
        members: notification.members.map { kept($0, number: 0).record },
        more: notification.more, created: notification.time, position: notification.cause))
  }

  func ruleName(_ id: RuleID) -> String {
    place.catalog.name(id.raw, in: .rule) ?? "#\(id.raw)"
  }

  func instrumentName(_ id: InstrumentID) -> String {
    place.catalog.instrument(id)?.key ?? "#\(id.raw)"
  }
}
