internal import AlertRules
internal import EngineCore

/// What can only be answered with the store.
extension Alerts {
  /// From other plugins.
  func answer(_ question: AlertQuestion) {
    switch question.subject {
    case .states(let query): question.answer(.success(.states(run.states(query))))
    case .rules(let owner): question.answer(.success(.rules(run.rules(of: owner))))
    case .history:
      asked.append(question)
      readHistory()
    }
  }

  /// Answers the next question about the past, away from the lane: to look for a few transitions
  /// among a million takes long. One at a time, so that commits find room beside them.
  func readHistory() {
    guard !isReadingHistory, let question = asked.first, case .history(let query) = question.subject
    else { return }
    asked.removeFirst()
    let source = history
    let outcome = context.background.block("alerts-history") {
      do throws(PluginError) {
        question.answer(.success(.history(try source.records(query))))
      } catch {
        question.answer(.failure(error))
      }
      return AlertMessage.historyRead
    }
    isReadingHistory = outcome == .accepted
    guard !isReadingHistory else { return }
    question.answer(
      .failure(PluginError("the alerts plugin has too much under way", hint: "ask again")))
    readHistory()
  }

  /// The store, and what is on its way there.
  var history: AlertHistory {
    AlertHistory(
      store: keeper?.store, fresh: [keeper?.batch?.records ?? [], run.pending.records])
  }

  // MARK: Figures

  func status() -> JSONValue {
    let counters = run.engine.counters
    var members: [(String, JSONValue)] = [
      ("rules", .integer(run.engine.ruleCount)), ("states", .integer(run.engine.stateCount)),
      ("silences", .integer(run.engine.silences.count)), ("trades", .integer(counters.trades)),
      ("quotes", .integer(counters.quotes)), ("bars", .integer(counters.bars)),
      ("evaluations", .integer(counters.evaluations)),
      ("transitions", .integer(run.ledger.number)), ("firings", .integer(counters.firings)),
      ("notifications", .integer(counters.notifications)),
      ("silenced", .integer(counters.silenced)), ("limited", .integer(counters.limited)),
      ("crowded", .integer(counters.crowded)),
      ("refused_states", .integer(counters.refusedStates)),
      ("position", .integer(run.position)), ("told", .integer(run.ledger.told)),
    ]
    if let keeper {
      let outbox = keeper.outboxFigures
      func count(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }
      members += [
        ("store", .string(settings.store)), ("kept", .integer(keeper.committed.sequence)),
        ("commits", .integer(keeper.commits)), ("base", .integer(keeper.basePosition)),
        ("trouble", .optional(keeper.trouble)),
        ("outbox_pending", count(outbox?.pending)),
        ("outbox_delivered", count(outbox?.delivered)),
        ("outbox_dead", count(outbox?.dead)), ("outbox_given_up", .integer(keeper.givenUp)),
      ]
    }
    return .object(members)
  }
}
