internal import CPlatform

/// A column of words as bits: each less the smallest, or each difference less the smallest
/// difference, in as many bits as the largest needs; or each less the smallest and without the
/// decimal zeros that all have.
///
/// `byte: width (0…64), bit 7: differences` · `varint: base` · of differences `varint: first
/// value` · the bits, lowest first, filled up to a byte. Without zeros `byte: 65 + width (1…61)` ·
/// `byte: zeros (1…18)` · `varint: base` · the bits. All arithmetic wraps, so that any bits are
/// given back. Columns are followed by eight bytes at least, which readers may load and ignore.
enum ColumnCodec {
  static let differences: UInt8 = 0x80
  static let scaled: UInt8 = 65

  static func append(_ values: borrowing Span<UInt64>, to out: inout ByteBuffer) {
    let count = values.count
    guard count > 0 else { return }
    let ranges = values.ranges
    let width = bits(ranges.low, ranges.high)
    let stepWidth = count > 1 ? bits(ranges.low_step, ranges.high_step) : 64
    let low = UInt64(bitPattern: ranges.low)
    let range = UInt64(bitPattern: ranges.high) &- low
    if appendScaled(values, low, range, below: min(width, stepWidth), to: &out) { return }
    if stepWidth < width {
      out.append(UInt8(stepWidth) | differences)
      out.append(varint: Zigzag.fold(UInt64(bitPattern: ranges.low_step)))
      out.append(varint: Zigzag.fold(values[0]))
      packSteps(values, base: UInt64(bitPattern: ranges.low_step), width: stepWidth, to: &out)
    } else {
      appendPlain(values, base: low, width: width, to: &out)
    }
  }

  /// Writes a column without differences, of which single values can be read.
  static func append(plain values: borrowing Span<UInt64>, to out: inout ByteBuffer) {
    guard values.count > 0 else { return }
    let ranges = values.ranges
    appendPlain(
      values, base: UInt64(bitPattern: ranges.low), width: bits(ranges.low, ranges.high), to: &out)
  }

  private static func appendPlain(
    _ values: borrowing Span<UInt64>, base: UInt64, width: Int, to out: inout ByteBuffer
  ) {
    out.append(UInt8(width))
    out.append(varint: Zigzag.fold(base))
    pack(values, width: width, to: &out) { $0 &- base }
  }

  /// Writes a column without the decimal zeros that all its values have above the smallest, as
  /// prices and sizes do. False, and nothing is written, when that takes no fewer bits.
  private static func appendScaled(
    _ values: borrowing Span<UInt64>, _ base: UInt64, _ range: UInt64, below limit: Int,
    to out: inout ByteBuffer
  ) -> Bool {
    var zeros = DecimalZeros(range)
    guard limit > 3, zeros.count > 0 else { return false }
    let start = out.count
    zeros.look(at: values, above: base, atMost: 32)
    while zeros.count > 0 {
      let width = 64 - (range / zeros.power).leadingZeroBitCount
      guard width < limit else { return false }
      out.append(scaled + UInt8(width))
      out.append(UInt8(zeros.count))
      out.append(varint: Zigzag.fold(base))
      let quotient = ExactQuotient(zeros)
      var largest: UInt64 = 0
      pack(values, width: width, to: &out) { value in
        let scaled = quotient.of(value &- base)
        largest = max(largest, scaled)
        return scaled
      }
      if largest <= range / zeros.power { return true }
      // One that was not looked at has fewer.
      out.truncate(to: start)
      zeros.look(at: values, above: base, atMost: .max)
    }
    return false
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

  /// Writes so many bits of what is made of each value.
  @inline(__always)
  private static func pack(
    _ values: borrowing Span<UInt64>, width: Int, to out: inout ByteBuffer,
    _ bits: (UInt64) -> UInt64
  ) {
    guard width > 0 else { return }
    var writer = BitWriter()
    out.reserve(values.count * width / 8 + 16)
    let shift = UInt64(width)
    var index = 0
    if width <= 16 {
      while index + 3 < values.count {
        let low = bits(values[index]) | bits(values[index + 1]) &<< shift
        let high = bits(values[index + 2]) | bits(values[index + 3]) &<< shift
        writer.put(low | high &<< (shift &* 2), width * 4, to: &out)
        index += 4
      }
    }
    if width <= 32 {
      while index + 1 < values.count {
        let pair = bits(values[index]) | bits(values[index + 1]) &<< shift
        writer.put(pair, width * 2, to: &out)
        index += 2
      }
    }
    while index < values.count {
      writer.put(bits(values[index]), width, to: &out)
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
    let head = try ColumnHead(&reader)
    try reader.skip(head.length(count))
  }

  /// Reads as many values as the span has room for.
  static func read(
    _ reader: inout BodyReader, into values: inout MutableSpan<UInt64>
  ) throws(BodyFault) {
    let count = values.count
    guard count > 0 else { return }
    let head = try ColumnHead(&reader)
    let (width, base, power) = (head.width, head.base, head.power)
    let start = reader.offset
    try reader.skip(head.length(count))
    guard reader.remaining >= 8 else { throw BodyFault(reason: "a column without an end") }
    var value = head.first
    var index = 0
    if head.isSteps {
      values[0] = value
      index = 1
    }
    guard width > 0 else {
      while index < count {
        value = head.isSteps ? value &+ base : base
        values[index] = value
        index += 1
      }
      return
    }
    let bytes = reader.bytes
    var bit = start * 8
    if head.isSteps {
      while index < count {
        value = value &+ base &+ bytes.bits(at: bit, width)
        values[index] = value
        bit &+= width
        index &+= 1
      }
    } else {
      while index < count {
        values[index] = base &+ bytes.bits(at: bit, width) &* power
        bit &+= width
        index &+= 1
      }
    }
  }
}

/// What a column begins with.
struct ColumnHead {
  let isSteps: Bool
  let width: Int
  /// What all values, or all steps, are above.
  let base: UInt64
  /// The first value, of steps.
  let first: UInt64
  /// What the bits are multiplied with.
  let power: UInt64

  init(_ reader: inout BodyReader) throws(BodyFault) {
    let mark = try reader.byte()
    let number = Int(mark & ~ColumnCodec.differences)
    isSteps = mark & ColumnCodec.differences != 0
    guard number >= ColumnCodec.scaled else {
      width = number
      power = 1
      base = Zigzag.unfold(try reader.varint())
      first = isSteps ? Zigzag.unfold(try reader.varint()) : 0
      return
    }
    width = number - Int(ColumnCodec.scaled)
    let zeros = Int(try reader.byte())
    guard !isSteps, (1...61).contains(width), (1...DecimalZeros.maximum).contains(zeros) else {
      throw BodyFault(reason: "a column of \(width) bits and \(zeros) zeros")
    }
    power = DecimalZeros.power(zeros)
    base = Zigzag.unfold(try reader.varint())
    first = 0
  }

  /// The bytes of so many values.
  func length(_ count: Int) -> Int { ((isSteps ? count - 1 : count) * width + 7) / 8 }
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
