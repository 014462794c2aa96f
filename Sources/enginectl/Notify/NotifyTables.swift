import EngineCore

/// What replies about notifications look like for people.
enum NotifyTables {
  private static func colour(_ state: String) -> Colour? {
    switch state {
    case "failing", "held", "dead", "refused", "given up": .red
    case "paused", "failed": .yellow
    case "ready", "unwanted": .dim
    case "delivered": .green
    default: nil
    }
  }

  private static func count(_ json: JSONValue, _ name: String) -> Cell {
    Cell(json.integer(name).map { Figures.grouped($0) } ?? "-")
  }

  static func channels(_ reply: JSONValue, style: Style) -> [String] {
    let channels = reply["channels"]?.array ?? []
    guard !channels.isEmpty else { return ["no channels"] }
    var table = Table([
      .text("CHANNEL"), .text("KIND"), .text("STATE"), .number("WAITING"), .number("DELIVERED"),
      .number("FAILED"), .number("DEAD"), .text("FROM", least: 8), .text("LAST RESULT", least: 12),
    ])
    table.rows = channels.map { channel in
      let state = channel.text("state") ?? "?"
      return [
        Cell(channel.text("name") ?? "?"), Cell(channel.text("kind") ?? "?"),
        Cell(state, colour(state)), count(channel, "waiting"), count(channel, "delivered"),
        count(channel, "failed"), count(channel, "dead"), Cell(channel.text("origin") ?? "-"),
        Cell(channel.text("last_result") ?? "-"),
      ]
    }
    return table.lines(style)
  }

  static func members(_ reply: JSONValue, style: Style) -> [String] {
    (reply.object ?? []).map { member in
      PlainText.pad(PlainText.line(member.name), to: 16) + PlainText.line(member.value.plain)
    }
  }

  static func attempts(_ reply: JSONValue, style: Style) -> [String] {
    let attempts = reply["attempts"]?.array ?? []
    guard !attempts.isEmpty else { return ["nothing was tried"] }
    var table = Table([
      .text("TIME"), .text("CHANNEL"), .text("RULE"), .number("N"), .text("RESULT"),
      .number("TOOK"), .text("KEY"), .text("DETAIL", least: 12),
    ])
    table.rows = attempts.map { attempt in
      let result = attempt.text("result") ?? "?"
      return [
        Cell(attempt.text("time") ?? "?"), Cell(attempt.text("channel") ?? "?"),
        Cell(attempt.text("rule") ?? "?"), count(attempt, "attempt"),
        Cell(result, colour(result)), Cell(attempt.text("took") ?? "-"),
        Cell(attempt.text("key") ?? "-"), Cell(attempt.text("detail") ?? "-"),
      ]
    }
    return table.lines(style)
  }

  static func dead(_ reply: JSONValue, style: Style) -> [String] {
    let dead = reply["dead"]?.array ?? []
    guard !dead.isEmpty else { return ["nothing was given up"] }
    var table = Table([
      .number("ID"), .text("TIME"), .text("CHANNEL"), .text("RULE"), .text("SEVERITY"),
      .number("TRIES"), .text("TITLE", least: 12), .text("REASON", least: 12),
    ])
    table.rows = dead.map { one in
      [
        Cell(one.integer("id").map { "\($0)" } ?? "?"), Cell(one.text("time") ?? "?"),
        Cell(one.text("channel") ?? "?"), Cell(one.text("rule") ?? "?"),
        Cell(one.text("severity") ?? "?"), count(one, "attempts"),
        Cell(one.text("title") ?? "-"), Cell(one.text("reason") ?? "-"),
      ]
    }
    return table.lines(style)
  }
}
