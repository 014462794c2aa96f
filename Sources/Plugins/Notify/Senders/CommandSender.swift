internal import EngineCore
internal import Notifications

/// A program that is run for each message. Its end with 0 means that the message is delivered;
/// after anything else it is tried again, as a program that is mended may take it.
struct CommandSender: ChannelSender {
  let settings: CommandSettings
  private let threads = BlockingThreads(name: "notify-command")

  init(settings: CommandSettings) {
    self.settings = settings
  }

  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
    var call = CommandCall(program: settings.program, directory: settings.directory)
    call.arguments = settings.arguments.map { $0.text(of: message) }
    call.variables = ["PATH=/usr/local/bin:/usr/bin:/bin", "TICKWIRE_KEY=\(message.key)"]
    call.variables += settings.environment.map { "\($0.name)=\($0.template.text(of: message))" }
    call.input = Array(message.json.text().utf8)
    call.timeoutNanos = timeoutNanos
    let prepared = call
    guard let end = await threads.run({ prepared.run() }) else {
      return .failed("the system has no thread left", retryAfterNanos: nil)
    }
    return end.isSuccess ? .delivered("exit 0") : .failed(end.text, retryAfterNanos: nil)
  }
}
