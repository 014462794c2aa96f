/// Puts bytes that mean the same beside each other: byte `i` of each 64 bytes of all rows, for each
/// `i`. Bytes after the last whole row stay where they are. It is its own way back, with the
/// roles of rows and columns exchanged.
@safe
enum Transposition {
  static let columns = 64

  /// Writes the transposed form of records behind what the array holds.
  static func append(_ records: RawSpan, to bytes: inout [UInt8]) {
    let count = records.byteCount
    bytes.append(addingCapacity: count) { output in
      // Safe: the closure has room for `count` bytes, all of which are written.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        unsafe records.withUnsafeBytes { source in
          guard count > 0 else { return }
          unsafe move(
            source,
            UnsafeMutableRawBufferPointer(
              rebasing: UnsafeMutableRawBufferPointer(buffer)[
                filled..<filled + count]), isBack: false)
        }
        filled += count
      }
    }
  }

  /// Writes the records of a transposed form over what the array holds.
  static func restore(_ transposed: RawSpan, to bytes: inout [UInt8]) {
    let count = transposed.byteCount
    bytes.removeAll(keepingCapacity: true)
    bytes.append(addingCapacity: count) { output in
      // Safe: as above.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        unsafe transposed.withUnsafeBytes { source in
          guard count > 0 else { return }
          unsafe move(
            source,
            UnsafeMutableRawBufferPointer(
              rebasing: UnsafeMutableRawBufferPointer(buffer)[
                0..<count]), isBack: true)
        }
        filled = count
      }
    }
  }

  /// Both buffers have the same size, above zero.
  private static func move(
    _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, isBack: Bool
  ) {
    let rows = source.count / columns
    // Safe: every offset below is within 64 × rows, or in the tail that both have.
    let from = unsafe source.baseAddress.unsafelyUnwrapped
    let to = unsafe target.baseAddress.unsafelyUnwrapped
    let fromStride = isBack ? rows : columns
    let toStride = isBack ? columns : rows
    let wholeRows = rows & ~7
    for row in stride(from: 0, to: wholeRows, by: 8) {
      for column in stride(from: 0, to: columns, by: 8) {
        let source = isBack ? column * rows + row : row * columns + column
        let target = isBack ? row * columns + column : column * rows + row
        unsafe block(from + source, fromStride, to + target, toStride)
      }
    }
    for row in wholeRows..<rows {
      for column in 0..<columns {
        let straight = row * columns + column
        let turned = column * rows + row
        let byte = unsafe (from + (isBack ? turned : straight)).load(as: UInt8.self)
        unsafe (to + (isBack ? straight : turned)).storeBytes(of: byte, as: UInt8.self)
      }
    }
    let whole = rows * columns
    guard whole < source.count else { return }
    unsafe (to + whole).copyMemory(from: from + whole, byteCount: source.count - whole)
  }

  /// Turns a square of 8 × 8 bytes, in three steps that exchange halves, quarters and eighths.
  @inline(__always)
  private static func block(
    _ from: UnsafeRawPointer, _ fromStride: Int, _ to: UnsafeMutableRawPointer, _ toStride: Int
  ) {
    // Safe: the caller's square lies inside both buffers.
    func line(_ index: Int) -> UInt64 {
      unsafe UInt64(littleEndian: (from + index * fromStride).loadUnaligned(as: UInt64.self))
    }
    func put(_ value: UInt64, _ index: Int) {
      unsafe (to + index * toStride).storeBytes(of: value.littleEndian, as: UInt64.self)
    }
    func exchange(_ a: inout UInt64, _ b: inout UInt64, _ shift: UInt64, _ mask: UInt64) {
      let moved = ((a >> shift) ^ b) & mask
      b ^= moved
      a ^= moved << shift
    }
    var (a, b, c, d) = (line(0), line(1), line(2), line(3))
    var (e, f, g, h) = (line(4), line(5), line(6), line(7))
    exchange(&a, &e, 32, 0x0000_0000_FFFF_FFFF)
    exchange(&b, &f, 32, 0x0000_0000_FFFF_FFFF)
    exchange(&c, &g, 32, 0x0000_0000_FFFF_FFFF)
    exchange(&d, &h, 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a, &c, 16, 0x0000_FFFF_0000_FFFF)
    exchange(&b, &d, 16, 0x0000_FFFF_0000_FFFF)
    exchange(&e, &g, 16, 0x0000_FFFF_0000_FFFF)
    exchange(&f, &h, 16, 0x0000_FFFF_0000_FFFF)
    exchange(&a, &b, 8, 0x00FF_00FF_00FF_00FF)
    exchange(&c, &d, 8, 0x00FF_00FF_00FF_00FF)
    exchange(&e, &f, 8, 0x00FF_00FF_00FF_00FF)
    exchange(&g, &h, 8, 0x00FF_00FF_00FF_00FF)
    put(a, 0)
    put(b, 1)
    put(c, 2)
    put(d, 3)
    put(e, 4)
    put(f, 5)
    put(g, 6)
    put(h, 7)
  }
}
