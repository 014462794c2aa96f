/// A call to the file system that failed.
public struct DiskError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Operation: String, Sendable {
    case list, open, read, write, truncate, sync, rename, remove, link, lock
  }

  public var operation: Operation
  /// The file's name within the journal's folder; the folder itself is `.`.
  public var file: String
  /// The number of the system's error (`ENOSPC`, `EIO`, …).
  public var code: Int32
  /// The system's words for it.
  public var reason: String

  public init(_ operation: Operation, file: String, code: Int32, reason: String) {
    self.operation = operation
    self.file = file
    self.code = code
    self.reason = reason
  }

  public var description: String { "\(operation.rawValue) \(file): \(reason)" }
}
