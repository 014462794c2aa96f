internal import CZlib

/// A gzip decoder over zlib: bytes in, bytes out, several members one after the other.
///
/// Invariant: `stream` is allocated and initialised from `init` to `deinit` and never moves, as
/// zlib's state points back at it; its input and output pointers are set only during `inflate`.
@safe
package final class GzipInflater {
  private let stream: UnsafeMutablePointer<z_stream>
  /// Between members, where the input may end.
  package private(set) var isAtBoundary = false
  /// Members that came to their end.
  package private(set) var members = 0

  /// What one call did.
  package struct Progress: Equatable {
    package var consumed: Int
    /// Bytes written, also when the data turned out to be corrupt after them.
    package var produced: Int
    package var failure: InputError?
  }

  package init() throws(InputError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Safe: the stream is zeroed, as zlib asks; 15 + 16 means a gzip header and a 32 KiB window.
    let status = unsafe inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      // The object counts as made when all fields are set, so `deinit` cleans up after this throw.
      throw InputError(description: "zlib could not be started (\(status))")
    }
  }

  deinit {
    // Safe: ends and frees what `init` began; nothing else refers to the stream.
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Decodes from `input` in `range` into `output` from `offset` on, until one of them is used up
  /// or a member ends.
  package func inflate(
    _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from offset: Int
  ) -> Progress {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count, "inside the input")
    precondition(offset >= 0 && offset < output.count, "inside the output")
    if isAtBoundary {
      // Safe: the stream is initialised; a reset keeps the window's memory.
      unsafe inflateReset(stream)
      isAtBoundary = false
    }
    var status: Int32 = Z_OK
    var consumed = 0
    var produced = 0
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        // Safe: both ranges were checked against the arrays, which do not move in the closures;
        // zlib only reads what next_in points at.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.bindMemory(to: UInt8.self).baseAddress.unsafelyUnwrapped
            + range.lowerBound)
        unsafe stream.pointee.avail_in = UInt32(clamping: range.count)
        unsafe stream.pointee.next_out =
          target.bindMemory(to: UInt8.self).baseAddress.unsafelyUnwrapped + offset
        unsafe stream.pointee.avail_out = UInt32(clamping: target.count - offset)
        let inputBefore = unsafe stream.pointee.avail_in
        let outputBefore = unsafe stream.pointee.avail_out
        status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        consumed = unsafe Int(inputBefore - stream.pointee.avail_in)
        produced = unsafe Int(outputBefore - stream.pointee.avail_out)
        unsafe stream.pointee.next_in = nil
        unsafe stream.pointee.next_out = nil
      }
    }
    var progress = Progress(consumed: consumed, produced: produced)
    switch status {
    case Z_STREAM_END:
      isAtBoundary = true
      members += 1
    case Z_OK where consumed + produced > 0: break
    default: progress.failure = InputError(description: "corrupt gzip data: \(message(status))")
    }
    return progress
  }

  private func message(_ status: Int32) -> String {
    // Safe: zlib's message is nil or a constant C string; it is copied at once.
    guard let text = unsafe stream.pointee.msg else { return "zlib error \(status)" }
    return unsafe String(cString: text)
  }
}
