internal import CZlib

/// zlib's decompressor, for one stream after the other or for one that goes on. Not to be used by
/// two threads at a time.
///
/// Invariant: `stream` is allocated and initialised from `init` to `deinit` and never moves, as
/// zlib's state points back at it; its pointers are set only during `append`.
@safe
public final class InflateStream {
  /// Why `append` came back.
  public enum Outcome: Equatable, Sendable {
    /// All input is used, and all that it stands for is in the output.
    case starved
    /// The stream is at its end; the input may go on behind it.
    case ended
    /// As much as was allowed is in the output; there may be more.
    case full
    /// The bytes are no such stream; zlib's number for it.
    case damaged(Int32)
  }

  private let stream: UnsafeMutablePointer<z_stream>

  /// A decompressor for streams whose window is at most 2 to the power of `windowBits` (8…15).
  public init(format: StreamFormat = .zlib, windowBits: Int = 15) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Safe: the stream is zeroed, as zlib asks.
    let status = unsafe inflateInit2_(
      stream, format.windowBits(min(max(windowBits, 8), 15)), ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib starts unless there is no memory (\(status))")
  }

  deinit {
    // Safe: ends and frees what `init` began; nothing else refers to the stream.
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Begins another stream, which knows nothing of the last one.
  public func reset() {
    // Safe: the stream is initialised; a reset keeps its memory.
    unsafe inflateReset(stream)
  }

  /// Begins another raw stream that may refer to what was produced before it.
  public func resetKeepingWindow() {
    var window: [UInt8] = []
    window.append(addingCapacity: 1 << 15) { output in
      // Safe: zlib writes at most a window of 32 KiB.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        var length: UInt32 = 0
        unsafe inflateGetDictionary(stream, buffer.baseAddress, &length)
        filled = Int(length)
      }
    }
    reset()
    // Safe: zlib copies what it is given.
    unsafe window.withUnsafeBufferPointer {
      _ = unsafe inflateSetDictionary(stream, $0.baseAddress, UInt32($0.count))
    }
  }

  /// Appends what the input from `position` on stands for, at most `limit` bytes, and moves
  /// `position` behind what was used.
  ///
  /// - Parameters:
  ///   - chunk: bytes of room to begin with; less if the limit is less.
  ///   - isWhole: the input holds the rest of the stream: zlib then keeps no window.
  public func append(
    _ input: RawSpan, _ position: inout Int, limit: Int, chunk: Int, isWhole: Bool = false,
    to bytes: inout [UInt8]
  ) -> Outcome {
    precondition(input.byteCount <= Int(UInt32.max), "less than 4 GiB at a time")
    let flag = isWhole ? Z_FINISH : Z_SYNC_FLUSH
    var produced = 0
    var room = max(chunk, 64)
    while produced < limit {
      room = min(room, limit - produced, Int(Int32.max))
      var status: Int32 = Z_OK
      var left = 0
      bytes.append(addingCapacity: room) { output in
        // Safe: both buffers are valid within the closures, and zlib only reads its input.
        unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
          unsafe input.withUnsafeBytes { source in
            let start = unsafe source.baseAddress.map { unsafe $0 + position }
            unsafe stream.pointee.next_in = UnsafeMutablePointer(
              mutating: start?.assumingMemoryBound(to: UInt8.self))
            unsafe stream.pointee.avail_in = UInt32(source.count - position)
            unsafe stream.pointee.next_out = buffer.baseAddress.unsafelyUnwrapped + filled
            unsafe stream.pointee.avail_out = UInt32(room)
            status = unsafe inflate(stream, flag)
            left = unsafe Int(stream.pointee.avail_out)
            filled += room - left
            position = unsafe source.count - Int(stream.pointee.avail_in)
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.next_out = nil
          }
        }
      }
      produced += room - left
      switch status {
      case Z_STREAM_END: return .ended
      // No progress was possible: what zlib says when it has no more input, or no more room.
      case Z_OK, Z_BUF_ERROR: if left > 0 { return .starved }
      default: return .damaged(status)
      }
      room *= 2
    }
    return .full
  }
}
