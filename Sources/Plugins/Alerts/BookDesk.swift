internal import EngineCore

/// Hands questions of other plugins to the lane, and acknowledgements to the log.
struct BookDesk: AlertBook {
  let inbox: Inbox
  let commands: OwnCommands
  let questions = QuestionCount()

  func states(_ query: AlertQuery) async throws(PluginError) -> [AlertStatus] {
    guard case .states(let states) = try await ask(.states(query)) else { return [] }
    return states
  }

  func history(_ query: AlertQuery) async throws(PluginError) -> [AlertRecord] {
    guard case .history(let records) = try await ask(.history(query)) else { return [] }
    return records
  }

  func acknowledge(
    rule: String, instrument: String?, by author: String?
  ) async throws(PluginError) -> Int {
    let reply = try await commands.ask(
      "ack",
      .object([
        ("rule", .string(rule)), ("symbol", .optional(instrument)), ("by", .optional(author)),
      ]))
    return Int(reply["acknowledged"]?.int64 ?? 0)
  }

  func rules(owner: String?) async throws(PluginError) -> [JSONValue] {
    guard case .rules(let rules) = try await ask(.rules(owner: owner)) else { return [] }
    return rules
  }

  func add(rule: JSONValue) async throws(PluginError) {
    _ = try await commands.ask("add", .object([("rule", rule)]))
  }

  func remove(rule: String) async throws(PluginError) {
    _ = try await commands.ask("remove", .object([("rule", .string(rule))]))
  }

  private func ask(
    _ subject: AlertQuestion.Subject
  ) async throws(PluginError) -> AlertQuestion.Answer {
    let tooMany = PluginError("the alerts plugin has too many questions", hint: "ask again")
    guard questions.begin() else { throw tooMany }
    let reply: AlertQuestion.Reply = await withCheckedContinuation { continuation in
      let question = AlertQuestion(subject, questions, continuation)
      switch inbox.offer(AlertMessage.question(question)) {
      case .accepted: break
      case .full: question.answer(.failure(tooMany))
      case .closed: question.answer(.failure(PluginError("the alerts plugin does not run")))
      }
    }
    return try reply.get()
  }
}
