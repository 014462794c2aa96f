internal import Synchronization

/// A sync that was begun, so that another thread waits for the disk while the writer goes on.
///
/// `run` carries it out once, on whichever thread comes first; others that call it wait for that
/// one and are told the same.
public final class JournalSync: Sendable {
  private enum Progress {
    case begun
    case done(DiskError?)
  }

  private let files: [any JournalFile]
  private let progress = Mutex(Progress.begun)
  /// What survives a loss of power when it has gone well.
  let sequence: UInt64
  let bytes: Int
  let events: Int
  let began: Int64

  init(files: [any JournalFile], sequence: UInt64, bytes: Int, events: Int, began: Int64) {
    self.files = files
    self.sequence = sequence
    self.bytes = bytes
    self.events = events
    self.began = began
  }

  /// Waits for the disk.
  ///
  /// - Returns: what went wrong.
  @discardableResult
  public func run() -> DiskError? {
    progress.withLock { progress in
      if case .done(let error) = progress { return error }
      let error = syncAll()
      progress = .done(error)
      return error
    }
  }

  /// False while it has not been carried out.
  var isDone: Bool {
    progress.withLockIfAvailable { if case .done = $0 { true } else { false } } ?? false
  }

  private func syncAll() -> DiskError? {
    for file in files {
      do throws(DiskError) { try file.sync() } catch { return error }
    }
    return nil
  }
}
