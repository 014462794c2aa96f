internal import Glibc

/// Why bytes could not be had from a file.
package struct InputError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, without the path.
  package var description: String
  /// There is no such file.
  package var isMissing = false
}

/// A file that is read from front to back.
///
/// Invariant: `descriptor` is open from `init` to `deinit` and belongs to this object alone.
package final class InputFile {
  private let descriptor: Int32
  /// Bytes read so far.
  package private(set) var position: Int64 = 0

  package init(path: String) throws(InputError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw InputError(description: Self.reason(code), isMissing: code == ENOENT)
    }
    var information = stat()
    // Safe: the structure outlives the call.
    if unsafe fstat(descriptor, &information) == 0,
      information.st_mode & S_IFMT == S_IFDIR
    {
      close(descriptor)
      throw InputError(description: "it is a directory")
    }
  }

  deinit { close(descriptor) }

  /// Reads into the array from `offset` to its end at most.
  ///
  /// - Returns: the number of bytes read; 0 at the end of the file.
  package func read(into buffer: inout [UInt8], from offset: Int) throws(InputError) -> Int {
    precondition(offset >= 0 && offset <= buffer.count, "the offset lies in the buffer")
    guard offset < buffer.count else { return 0 }
    while true {
      // Safe: offset < count was checked, so the range lies inside the array's storage, which
      // stays where it is during the closure.
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(
          descriptor, bytes.baseAddress.unsafelyUnwrapped + offset, bytes.count - offset)
      }
      if count >= 0 {
        position += Int64(count)
        return count
      }
      let code = errno
      if code != EINTR { throw InputError(description: Self.reason(code)) }
    }
  }

  private static func reason(_ code: Int32) -> String {
    // Safe: strerror returns a C string; it is copied at once.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text).lowercasedFirst
  }
}

extension String {
  /// "No such file" as it stands in the middle of a sentence.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
