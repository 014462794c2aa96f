import ArgumentParser
import EngineCore

/// `enginectl notify resend`
struct NotifyResendCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "resend", abstract: "Let what was given up wait again, as if it had just come.")

  @Argument(help: "The channel.")
  var channel: String

  @Option(help: "One notification, as notify dead numbers them; without it all of the channel.")
  var id: Int64?

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call(
      "resend", [("channel", .string(channel)), ("id", id.map { .integer($0) })], in: session)
    try session.show(reply) { reply, _ in
      let count = reply.integer("resent") ?? 0
      return [count == 0 ? "nothing was given up there" : "\(count) wait again"]
    }
  }
}
