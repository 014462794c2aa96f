internal import CZstd

/// A zstd decoder over the system's library: bytes in, bytes out, several frames one after the
/// other.
///
/// Invariant: `stream` is one that the library made, from `init` to `deinit`; one user at a time.
@safe
package final class ZstdInflater {
  private let stream: OpaquePointer
  /// Between frames, where the input may end.
  package private(set) var isAtBoundary = true

  package init() throws(InputError) {
    var failure: UnsafePointer<CChar>?
    // Safe: the function writes the text's address or nothing; texts are constants.
    guard let stream = unsafe czstd_open(&failure) else {
      let reason = unsafe failure.map { unsafe String(cString: $0) }
      throw InputError(description: "zstd data cannot be read: \(reason ?? "no reason was given")")
    }
    unsafe self.stream = stream
  }

  deinit {
    // Safe: frees what `init` made; nothing else refers to it.
    unsafe czstd_close(stream)
  }

  /// Decodes from `input` in `range` into `output` from `offset` on, until one of them is used up
  /// or a frame ends.
  package func inflate(
    _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from offset: Int
  ) -> GzipInflater.Progress {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count, "inside the input")
    precondition(offset >= 0 && offset < output.count, "inside the output")
    var progress = GzipInflater.Progress(consumed: 0, produced: 0)
    unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        // Safe: both ranges were checked against the arrays, which do not move in the closures.
        let result = unsafe czstd_read(
          stream, source.baseAddress.map { unsafe $0 + range.lowerBound }, range.count,
          target.baseAddress.map { unsafe $0 + offset }, target.count - offset)
        progress.consumed = unsafe result.consumed
        progress.produced = unsafe result.produced
        isAtBoundary = unsafe result.is_at_boundary != 0
        if let failure = unsafe result.failure {
          progress.failure = InputError(
            description: "corrupt zstd data: \(unsafe String(cString: failure))")
        }
      }
    }
    return progress
  }
}
