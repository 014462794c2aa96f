internal import EngineCore
internal import Foundation
internal import Notifications

/// A line in a file, which is opened anew each time: it may be moved away at any time.
struct LogFileSender: ChannelSender {
  let settings: LogFileSettings

  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
    let text = settings.text.map { HeaderText.cleaned($0.text(of: message)) } ?? message.json.text()
    let path = settings.file
    let error = await BlockingWork.run("notify-log") { Self.append(text + "\n", to: path) }
    switch error {
    case nil: return .failed("the system has no thread left", retryAfterNanos: nil)
    case .some(nil): return .delivered("written")
    case .some(let text?): return .failed(text, retryAfterNanos: nil)
    }
  }

  /// Nil when it worked.
  private static func append(_ line: String, to path: String) -> String? {
    do {
      if !FileManager.default.fileExists(atPath: path) {
        let isMade = FileManager.default.createFile(
          atPath: path, contents: nil, attributes: [.posixPermissions: 0o640])
        guard isMade else { return "\(path) cannot be made" }
      }
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      defer { try? file.close() }
      try file.seekToEnd()
      try file.write(contentsOf: Data(line.utf8))
      return nil
    } catch {
      return "\(path) cannot be written: \(error.localizedDescription)"
    }
  }
}
