internal import CZlib

/// zlib's compressor for streams that stand alone, kept for one after the other.
///
/// Invariant: `stream` is allocated and initialised from `init` to `deinit` and never moves, as
/// zlib's state points back at it; its pointers are set only during `deflate`.
@safe
final class Deflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init(level: Int) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Safe: the stream is zeroed, as zlib asks.
    let status = unsafe deflateInit_(
      stream, Int32(min(max(level, 1), 9)), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib starts unless there is no memory (\(status))")
  }

  deinit {
    // Safe: ends and frees what `init` began; nothing else refers to the stream.
    unsafe deflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Appends the zlib stream of `input`.
  func append(_ input: RawSpan, to bytes: inout [UInt8]) {
    precondition(input.byteCount <= Int(UInt32.max), "a frame")
    // Safe: the stream is initialised; a reset keeps its memory.
    unsafe deflateReset(stream)
    let bound = unsafe Int(deflateBound(stream, UInt(input.byteCount)))
    bytes.append(addingCapacity: bound) { output in
      // Safe: both buffers are valid within the closures, and zlib only reads its input.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        unsafe input.withUnsafeBytes { source in
          unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: source.bindMemory(to: UInt8.self).baseAddress)
          unsafe stream.pointee.avail_in = UInt32(source.count)
          unsafe stream.pointee.next_out = buffer.baseAddress.unsafelyUnwrapped + filled
          unsafe stream.pointee.avail_out = UInt32(bound)
          let status = unsafe deflate(stream, Z_FINISH)
          precondition(status == Z_STREAM_END, "what deflateBound says is enough")
          unsafe filled += bound - Int(stream.pointee.avail_out)
          unsafe stream.pointee.next_in = nil
          unsafe stream.pointee.next_out = nil
        }
      }
    }
  }
}
