internal import EngineCore

/// Hands questions of other plugins to the lane.
struct BarDesk: BarHistory {
  let inbox: Inbox

  func specs() async throws(PluginError) -> [String] {
    guard case .specs(let specs) = try await ask(.specs) else { return [] }
    return specs
  }

  func bars(_ query: BarQuery) async throws(PluginError) -> BarAnswer {
    guard case .bars(let answer) = try await ask(.bars(query)) else {
      return BarAnswer(records: [], keptFrom: .distantPast, hasMore: false)
    }
    return answer
  }

  func makings() async throws(PluginError) -> [BarMaking] {
    guard case .makings(let makings) = try await ask(.makings) else { return [] }
    return makings
  }

  private func ask(
    _ subject: BarQuestion.Subject
  ) async throws(PluginError) -> BarQuestion.Answer {
    let reply: BarQuestion.Reply = await withCheckedContinuation { continuation in
      let question = BarQuestion(subject, continuation)
      switch inbox.offer(question) {
      case .accepted: break
      case .full:
        question.answer(
          .failure(PluginError("the bars plugin has too many questions", hint: "ask again")))
      case .closed: question.answer(.failure(PluginError("the bars plugin does not run")))
      }
    }
    return try reply.get()
  }
}
