internal import CNotify
internal import EngineCore
internal import Notifications

/// A line in a file, which is opened anew each time: it may be moved away at any time.
struct LogFileSender: ChannelSender {
  let settings: LogFileSettings
  private let threads = BlockingThreads(name: "notify-log")

  init(settings: LogFileSettings) {
    self.settings = settings
  }

  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
    let text = settings.text.map { HeaderText.cleaned($0.text(of: message)) } ?? message.json.text()
    let path = settings.file
    let error = await threads.run { Self.append(text + "\n", to: path) }
    guard let error else { return .failed("the system has no thread left", retryAfterNanos: nil) }
    if error == 0 { return .delivered("written") }
    return .failed("\(path) cannot be written: error \(error)", retryAfterNanos: nil)
  }

  /// 0 when it worked. Several may write at the same time: the system puts each line at the end.
  private static func append(_ line: String, to path: String) -> Int32 {
    let bytes = Array(line.utf8)
    // Safe: the path ends with NUL, the count is that of the array, both live until it returns.
    return unsafe tw_file_append(CommandCall.closed([path]), bytes, bytes.count)
  }
}
