/// Copies records between buffers.
///
/// The only unsafe code of the library. Invariant: both ranges are checked before a byte is moved.
enum RecordCopy {
  /// Appends bytes of a span to the free room of another.
  @inline(__always)
  static func append(_ source: RawSpan, _ start: Int, _ end: Int, to output: inout OutputRawSpan) {
    let count = end - start
    precondition(start >= 0 && end <= source.byteCount && count >= 0, "inside the source")
    precondition(count <= output.freeCapacity, "room for the record")
    // Safe: source and room were checked; `count` bytes are read and written.
    unsafe source.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target, filled in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        if count == 64 {
          unsafe (to + filled).copyMemory(from: from + start, byteCount: 64)
        } else {
          unsafe (to + filled).copyMemory(from: from + start, byteCount: count)
        }
        filled += count
      }
    }
  }
}
