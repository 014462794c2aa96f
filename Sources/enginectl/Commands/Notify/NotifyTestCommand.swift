import ArgumentParser
import EngineCore

/// `enginectl notify test`
struct NotifyTestCommand: ControlCommand {
  /// Between two looks at whether it is done.
  private static let lookMillis: Int64 = 50

  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Send a made-up notification, and say what came of it.",
    discussion: "It goes at once, whatever waits, and is not tried again.")

  @Argument(help: "The channel.")
  var channel: String

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions

  var pace: CommandPace { .change }

  func perform(in session: Session) async throws(ControlError) {
    let begun = try await target.call("test", [("channel", .string(channel))], in: session)
    guard let number = begun.integer("test") else {
      throw .malformed("test", "no number \"test\"")
    }
    var reply = JSONValue.null
    while !reply.flag("done") {
      try await session.pause(millis: Self.lookMillis)
      reply = try await target.call("tested", [("test", .integer(number))], in: session)
    }
    let isDelivered = reply.text("result") == "delivered"
    try session.show(reply) { reply, _ in
      let detail = PlainText.line(reply.text("detail") ?? "")
      return [
        "\(isDelivered ? "✓" : "✗") \(channel)  \(reply.text("result") ?? "?"): \(detail) "
          + "(\(reply.text("took") ?? "?"))"
      ]
    }
    if !isDelivered { throw .told }
  }
}
