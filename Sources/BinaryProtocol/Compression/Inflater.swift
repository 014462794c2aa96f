internal import CZlib

/// zlib's decompressor for streams that stand alone and say how long they are.
///
/// Invariant: `stream` is allocated and initialised from `init` to `deinit` and never moves, as
/// zlib's state points back at it; its pointers are set only during `inflate`.
@safe
final class Inflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Safe: the stream is zeroed, as zlib asks.
    let status = unsafe inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib starts unless there is no memory (\(status))")
  }

  deinit {
    // Safe: ends and frees what `init` began; nothing else refers to the stream.
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Inflates a whole stream of exactly `count` bytes over what the array holds; never writes more.
  func inflate(
    _ input: RawSpan, count: Int, into bytes: inout [UInt8]
  ) throws(RecordError) {
    // Safe: the stream is initialised; a reset keeps its memory.
    unsafe inflateReset(stream)
    bytes.removeAll(keepingCapacity: true)
    var status: Int32 = Z_OK
    var unread = 0
    // One byte more than asked for: a stream that has no end there is found out by it.
    bytes.append(addingCapacity: count + 1) { output in
      // Safe: both buffers are valid within the closures, and zlib only reads its input.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        unsafe input.withUnsafeBytes { source in
          unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: source.bindMemory(to: UInt8.self).baseAddress)
          unsafe stream.pointee.avail_in = UInt32(source.count)
          unsafe stream.pointee.next_out = buffer.baseAddress.unsafelyUnwrapped
          unsafe stream.pointee.avail_out = UInt32(count + 1)
          status = unsafe CZlib.inflate(stream, Z_FINISH)
          unsafe filled = count + 1 - Int(stream.pointee.avail_out)
          unread = unsafe Int(stream.pointee.avail_in)
          unsafe stream.pointee.next_in = nil
          unsafe stream.pointee.next_out = nil
        }
      }
    }
    if bytes.count > count { throw .compression(expected: count, found: "more") }
    guard status == Z_STREAM_END else {
      let found = status == Z_BUF_ERROR ? "\(bytes.count), cut off" : "a damaged stream (\(status))"
      throw .compression(expected: count, found: found)
    }
    guard bytes.count == count else { throw .compression(expected: count, found: "\(bytes.count)") }
    guard unread == 0 else {
      throw .compression(expected: count, found: "\(unread) bytes after the stream")
    }
  }
}
