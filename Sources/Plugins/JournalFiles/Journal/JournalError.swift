/// Why the journal did not do what it was asked for.
public enum JournalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A call to the file system failed. Nothing half-written is visible, what was not written is
  /// kept, and the same call may be made again.
  case disk(DiskError)
  /// Another process has the journal open for writing.
  case locked(folder: String, holder: String)
  /// A file is of a newer version than this program reads.
  case version(file: String, found: Int)
  /// An event's sequence does not come after the one before it.
  case order(after: UInt64, found: UInt64)
  /// A sync failed earlier: what the disk holds is not known. See `JournalWriter.repair`.
  case unsynced(reason: String)
  /// More waits to be written than the limit allows.
  case full(pendingBytes: Int)
  /// The folder holds no journal.
  case absent(folder: String)
  /// Bytes that are not what they should be.
  case damaged(JournalFault)
  /// The writer was closed.
  case closed

  public var description: String {
    switch self {
    case .disk(let error): "\(error)"
    case .locked(let folder, let holder):
      "the journal in \(folder) is in use by process \(holder): stop it, or use another folder"
    case .version(let file, let found):
      "\(file): format version \(found) is newer than this program: update it"
    case .order(let after, let found):
      "event \(found) does not come after event \(after), which is the last one recorded"
    case .unsynced(let reason): "a sync failed, so what is on the disk is not known: \(reason)"
    case .full(let pending): "\(pending) bytes wait to be written: the disk takes no more"
    case .absent(let folder): "no journal in \(folder)"
    case .damaged(let fault): "\(fault)"
    case .closed: "the journal is closed"
    }
  }

  var diskError: DiskError? {
    if case .disk(let error) = self { return error }
    return nil
  }
}

/// A place in a file that is not what it should be.
public struct JournalFault: Equatable, Sendable, CustomStringConvertible {
  public enum What: String, Sendable {
    case fileHeader = "the header of the file"
    case fileName = "the name of the file"
    case block = "a block"
    case events = "the events of a block"
    case index = "the index"
    case trailer = "the end of the file"
    case tornTail = "an unfinished block at the end"
    case missing = "missing events"
    case definitions = "definitions"
  }

  public var file: String
  public var offset: Int
  /// How many bytes are concerned.
  public var length: Int
  public var what: What
  public var reason: String

  public init(file: String, offset: Int, length: Int, what: What, reason: String) {
    self.file = file
    self.offset = offset
    self.length = length
    self.what = what
    self.reason = reason
  }

  public var description: String {
    "\(file): \(what.rawValue) at byte \(offset), \(length) bytes: \(reason)"
  }
}
