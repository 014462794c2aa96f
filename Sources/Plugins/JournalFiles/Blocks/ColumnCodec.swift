internal import CPlatform

/// A column of words as bits: each less the smallest, or each difference less the smallest
/// difference, in as many bits as the largest needs.
///
/// `byte: width (0…64), bit 7: differences` · `varint: base` · of differences `varint: first
/// value` · the bits, lowest first, filled up to a byte. All arithmetic wraps, so that any bits are
/// given back. Columns are followed by eight bytes at least, which readers may load and ignore.
enum ColumnCodec {
  private static let differences: UInt8 = 0x80

  static func append(_ values: borrowing Span<UInt64>, to out: inout ByteBuffer) {
    let count = values.count
    guard count > 0 else { return }
    let ranges = values.ranges
    let width = bits(ranges.low, ranges.high)
    let stepWidth = count > 1 ? bits(ranges.low_step, ranges.high_step) : 64
    if stepWidth < width {
      out.append(UInt8(stepWidth) | differences)
      out.append(varint: Zigzag.fold(UInt64(bitPattern: ranges.low_step)))
      out.append(varint: Zigzag.fold(values[0]))
      packSteps(values, base: UInt64(bitPattern: ranges.low_step), width: stepWidth, to: &out)
    } else {
      out.append(UInt8(width))
      out.append(varint: Zigzag.fold(UInt64(bitPattern: ranges.low)))
      pack(values, base: UInt64(bitPattern: ranges.low), width: width, to: &out)
    }
  }

  /// Writes a column without differences, of which single values can be read.
  static func append(plain values: borrowing Span<UInt64>, to out: inout ByteBuffer) {
    guard values.count > 0 else { return }
    let ranges = values.ranges
    let width = bits(ranges.low, ranges.high)
    out.append(UInt8(width))
    out.append(varint: Zigzag.fold(UInt64(bitPattern: ranges.low)))
    pack(values, base: UInt64(bitPattern: ranges.low), width: width, to: &out)
  }

  /// Passes over a column whose values are evenly apart, and says what they are; nil, and nothing
  /// is passed, when they are not.
  static func even(
    _ reader: inout BodyReader, count: Int
  ) throws(BodyFault) -> (first: UInt64, step: UInt64)? {
    var ahead = reader
    let mark = try ahead.byte()
    guard mark & ~differences == 0 else { return nil }
    let base = Zigzag.unfold(try ahead.varint())
    guard mark & differences != 0 else {
      reader = ahead
      return (base, 0)
    }
    let first = Zigzag.unfold(try ahead.varint())
    reader = ahead
    return (first, base)
  }

  private static func bits(_ low: Int64, _ high: Int64) -> Int {
    64 - (UInt64(bitPattern: high) &- UInt64(bitPattern: low)).leadingZeroBitCount
  }

  private static func pack(
    _ values: borrowing Span<UInt64>, base: UInt64, width: Int, to out: inout ByteBuffer
  ) {
    guard width > 0 else { return }
    var writer = BitWriter()
    out.reserve(values.count * width / 8 + 16)
    var index = 0
    if width <= 32 {
      while index + 1 < values.count {
        let pair = (values[index] &- base) | (values[index + 1] &- base) &<< UInt64(width)
        writer.put(pair, width * 2, to: &out)
        index += 2
      }
    }
    while index < values.count {
      writer.put(values[index] &- base, width, to: &out)
      index += 1
    }
    writer.finish(&out)
  }

  private static func packSteps(
    _ values: borrowing Span<UInt64>, base: UInt64, width: Int, to out: inout ByteBuffer
  ) {
    guard width > 0 else { return }
    var writer = BitWriter()
    out.reserve(values.count * width / 8 + 16)
    var before = values[0]
    for index in 1..<values.count {
      let value = values[index]
      writer.put(value &- before &- base, width, to: &out)
      before = value
    }
    writer.finish(&out)
  }

  /// Passes over a column of so many values.
  static func skip(_ reader: inout BodyReader, count: Int) throws(BodyFault) {
    guard count > 0 else { return }
    let mark = try reader.byte()
    let isSteps = mark & differences != 0
    _ = try reader.varint()
    if isSteps { _ = try reader.varint() }
    try reader.skip(((isSteps ? count - 1 : count) * Int(mark & ~differences) + 7) / 8)
  }

  /// Reads as many values as the span has room for.
  static func read(
    _ reader: inout BodyReader, into values: inout MutableSpan<UInt64>
  ) throws(BodyFault) {
    let count = values.count
    guard count > 0 else { return }
    let mark = try reader.byte()
    let width = Int(mark & ~differences)
    guard width <= 64 else { throw BodyFault(reason: "a column of \(width) bits") }
    let isSteps = mark & differences != 0
    let base = Zigzag.unfold(try reader.varint())
    var value = isSteps ? Zigzag.unfold(try reader.varint()) : 0
    let packed = isSteps ? count - 1 : count
    let start = reader.offset
    try reader.skip((packed * width + 7) / 8)
    guard reader.remaining >= 8 else { throw BodyFault(reason: "a column without an end") }
    var index = 0
    if isSteps {
      values[0] = value
      index = 1
    }
    guard width > 0 else {
      while index < count {
        value = isSteps ? value &+ base : base
        values[index] = value
        index += 1
      }
      return
    }
    let bytes = reader.bytes
    var bit = start * 8
    if isSteps {
      while index < count {
        value = value &+ base &+ bytes.bits(at: bit, width)
        values[index] = value
        bit &+= width
        index &+= 1
      }
    } else {
      while index < count {
        values[index] = base &+ bytes.bits(at: bit, width)
        bit &+= width
        index &+= 1
      }
    }
  }
}

/// Gathers bits, lowest first, and writes them eight bytes at a time.
struct BitWriter {
  private var word: UInt64 = 0
  private var used = 0

  /// Appends the low `width` bits of a value that has no others set; 0…64.
  @inline(__always)
  mutating func put(_ value: UInt64, _ width: Int, to out: inout ByteBuffer) {
    word |= value << UInt64(used)
    used &+= width
    if used >= 64 {
      out.append(word: word)
      used &-= 64
      // A shift by 64 or more gives zero.
      word = value >> UInt64(width &- used)
    }
  }

  /// Writes the last bits, filled up to a byte.
  mutating func finish(_ out: inout ByteBuffer) {
    while used > 0 {
      out.append(UInt8(truncatingIfNeeded: word))
      word >>= 8
      used -= 8
    }
    word = 0
    used = 0
  }
}

extension RawSpan {
  /// Some bits, 1…64, of which the first is anywhere; eight bytes must follow the last.
  @inline(__always)
  func bits(at bit: Int, _ width: Int) -> UInt64 {
    let shift = UInt64(bit & 7)
    var value = word(at: bit >> 3) &>> shift
    if Int(shift) &+ width > 64 {
      value |= UInt64(byte(at: bit >> 3 &+ 8)) << (64 &- shift)
    }
    return width == 64 ? value : value & ((1 << UInt64(width)) &- 1)
  }
}
