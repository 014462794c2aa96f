import ArgumentParser
import EngineCore

/// A command of `enginectl notify` about one channel, which the plugin knows by the same name.
protocol ChannelCommand: ControlCommand {
  /// What is said when it is done: the channel … .
  static var answer: String { get }
  var channel: String { get }
  var target: NotifyTarget { get }
}

extension ChannelCommand {
  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call(
      Self.configuration.commandName ?? "", [("channel", .string(channel))], in: session)
    try session.show(reply) { reply, _ in
      ["\(PlainText.line(reply.text("channel") ?? channel)) \(Self.answer)"]
    }
  }
}
