/// The folder that a journal lives in. All that the journal asks of a file system goes through
/// here, so that tests can make each call fail. Names are those of files in the folder.
public protocol JournalDisk: Sendable {
  /// Where it is, for messages.
  var path: String { get }
  /// Differs after the machine was started anew; empty when that is not known.
  var bootIdentity: String { get }

  /// The names of all files, in order.
  func names() throws(DiskError) -> [String]
  func open(_ name: String, _ mode: DiskOpening) throws(DiskError) -> any JournalFile
  func remove(_ name: String) throws(DiskError)
  /// Puts a file in the place of another, in one step.
  func rename(_ name: String, to newName: String) throws(DiskError)
  /// Makes the names of files that were made, renamed or removed durable.
  func syncNames() throws(DiskError)
  /// Takes the journal's lock, or says who holds it.
  func lock(_ name: String) throws(DiskError) -> JournalLocking
}

/// How a file is opened.
public enum DiskOpening: Sendable {
  case reading
  case writing
  /// Made anew; what was there is gone.
  case creating
}

/// What came of asking for the lock.
public enum JournalLocking {
  /// Held until the file is let go; what stands in the file is its last holder's.
  case taken(any JournalFile)
  /// Somebody else holds it; the text of the file tells who.
  case refused(text: String)
}

/// An open file. `sync` may be called while another thread writes.
public protocol JournalFile: AnyObject, Sendable {
  var name: String { get }
  func size() throws(DiskError) -> Int
  /// Appends to the buffer what the file has from `offset` on, at most `count` bytes.
  ///
  /// - Returns: the number of bytes; less than `count` only at the end of the file.
  func read(at offset: Int, count: Int, into buffer: inout ByteBuffer) throws(DiskError) -> Int
  /// Writes bytes from `offset` on.
  ///
  /// - Returns: how many were written: fewer than asked for when the system took no more.
  func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) -> Int
  func truncate(to length: Int) throws(DiskError)
  /// Returns when all that was written survives a loss of power.
  func sync() throws(DiskError)
  /// Says of bytes that were synced that nobody is likely to read them soon.
  func forget(_ range: Range<Int>)
}

extension JournalFile {
  public func forget(_ range: Range<Int>) {}

  /// Writes all bytes, or throws.
  func writeAll(_ bytes: RawSpan, at offset: Int) throws(DiskError) {
    var done = 0
    while done < bytes.byteCount {
      let count = try write(bytes.extracting(done..<bytes.byteCount), at: offset + done)
      guard count > 0 else {
        throw DiskError(.write, file: name, code: 0, reason: "nothing was written")
      }
      done += count
    }
  }

  /// The whole file, when it is no longer than `limit`.
  func contents(atMost limit: Int) throws(DiskError) -> ByteBuffer {
    var buffer = ByteBuffer(capacity: 4096)
    let length = try size()
    _ = try read(at: 0, count: min(length, limit), into: &buffer)
    return buffer
  }
}
