internal import CZlib

/// zlib's compressor, for one stream after the other or for one that goes on. Not to be used by two
/// threads at a time.
///
/// Invariant: `stream` is allocated and initialised from `init` to `deinit` and never moves, as
/// zlib's state points back at it; its pointers are set only during `append`.
@safe
public final class DeflateStream {
  /// Where the output stands after some input.
  public enum Flush: Sendable {
    /// All input is in the output, which ends with the bytes 00 00 FF FF; the stream goes on.
    case sync
    /// The stream is at its end.
    case finish
  }

  private let stream: UnsafeMutablePointer<z_stream>

  /// A compressor of zlib's level 1 (fast) to 9 (small), with a window of 2 to the power of
  /// `windowBits` (9…15) bytes and about as much memory as `memoryLevel` (1…9) says.
  public init(
    level: Int, format: StreamFormat = .zlib, windowBits: Int = 15, memoryLevel: Int = 8
  ) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Safe: the stream is zeroed, as zlib asks.
    let status = unsafe deflateInit2_(
      stream, Int32(min(max(level, 1), 9)), Z_DEFLATED,
      format.windowBits(min(max(windowBits, 9), 15)), Int32(min(max(memoryLevel, 1), 9)),
      Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib starts unless there is no memory (\(status))")
  }

  deinit {
    // Safe: ends and frees what `init` began; nothing else refers to the stream.
    unsafe deflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Begins another stream, which knows nothing of the last one.
  public func reset() {
    // Safe: the stream is initialised; a reset keeps its memory.
    unsafe deflateReset(stream)
  }

  /// Appends what an array comes to.
  public func append(_ input: [UInt8], flush: Flush, to bytes: inout [UInt8]) {
    let span = input.span
    // Safe: any bits are bytes; the span ends with the call.
    append(unsafe span.bytes, flush: flush, to: &bytes)
  }

  /// Appends what `input` comes to.
  public func append(_ input: RawSpan, flush: Flush, to bytes: inout [UInt8]) {
    precondition(input.byteCount <= Int(UInt32.max) - 1, "less than 4 GiB at a time")
    let flag = flush == .finish ? Z_FINISH : Z_SYNC_FLUSH
    // Safe: the stream is initialised.
    var room = unsafe Int(deflateBound(stream, UInt(input.byteCount))) + 16
    var offset = 0
    var isDone = false
    while !isDone {
      bytes.append(addingCapacity: room) { output in
        // Safe: both buffers are valid within the closures, and zlib only reads its input.
        unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
          unsafe input.withUnsafeBytes { source in
            let start = unsafe source.baseAddress.map { unsafe $0 + offset }
            unsafe stream.pointee.next_in = UnsafeMutablePointer(
              mutating: start?.assumingMemoryBound(to: UInt8.self))
            unsafe stream.pointee.avail_in = UInt32(source.count - offset)
            unsafe stream.pointee.next_out = buffer.baseAddress.unsafelyUnwrapped + filled
            unsafe stream.pointee.avail_out = UInt32(room)
            let status = unsafe deflate(stream, flag)
            precondition(status != Z_STREAM_ERROR, "a stream in good order")
            let left = unsafe Int(stream.pointee.avail_out)
            filled += room - left
            offset = unsafe source.count - Int(stream.pointee.avail_in)
            // Room that is left says that nothing waits inside.
            isDone = flush == .finish ? status == Z_STREAM_END : left > 0
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.next_out = nil
          }
        }
      }
      room = 4096
    }
  }
}
