/// Holds a journal against writers, for work on its files while no engine runs on it.
public final class JournalLock {
  private let file: any JournalFile

  /// Takes the lock until the object is let go; throws when somebody holds it.
  public init(_ disk: any JournalDisk) throws(JournalError) {
    let locking: JournalLocking
    do throws(DiskError) { locking = try disk.lock(FileName.lock) } catch { throw .disk(error) }
    switch locking {
    case .taken(let file): self.file = file
    case .refused(let text):
      throw .locked(folder: disk.path, holder: LockText(text).process)
    }
  }
}
