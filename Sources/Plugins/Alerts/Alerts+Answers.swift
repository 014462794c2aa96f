internal import AlertRules
internal import EngineCore

/// What can only be answered with the store.
extension Alerts {
  /// From other plugins.
  func answer(_ question: AlertQuestion) {
    do throws(PluginError) {
      switch question.subject {
      case .states(let query): question.answer(.success(.states(run.states(query))))
      case .history(let query): question.answer(.success(.history(try history(query))))
      }
    } catch {
      question.answer(.failure(error))
    }
  }

  /// From the store, and what is on its way there.
  func history(_ query: AlertQuery) throws(PluginError) -> [AlertRecord] {
    guard let keeper else { return [] }
    let kept: [AlertRecord]
    do throws(AlertStoreError) {
      kept = try keeper.store.history(query)
    } catch {
      throw PluginError(error.message)
    }
    let newest = kept.first?.number ?? 0
    let fresh = ((keeper.batch?.records ?? []) + run.pending.records).map(\.record).filter {
      $0.number > max(newest, keeper.committed.transitions) && query.matches($0)
    }
    return Array((fresh.reversed() + kept).prefix(query.limit))
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
