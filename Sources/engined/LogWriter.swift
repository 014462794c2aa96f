internal import EngineCore
internal import Synchronization

/// Writes log lines to standard error or a file, as text or JSON.
final class LogWriter: Sendable {
  private let descriptor: Int32
  private let format: LogSettings.Format
  // Lines of several threads must not mix.
  private let turn = Mutex(())

  /// Falls back to standard error when the file cannot be opened, and says so.
  init(_ settings: LogSettings) {
    format = settings.format
    guard let path = settings.file else {
      descriptor = 2
      return
    }
    if let file = SystemFiles.openToAppend(path) {
      descriptor = file
    } else {
      SystemFiles.printError(
        "engined: cannot write \(path): \(SystemFiles.lastError()); logging to standard error")
      descriptor = 2
    }
  }

  func write(_ record: LogRecord) {
    let line = format == .json ? record.json.text() : record.text
    turn.withLock { _ in SystemFiles.write(line + "\n", to: descriptor) }
  }
}
