/// Writes the parts of JSON text one after the other into memory that is there already.
///
/// Invariant: `base` has `room` bytes while a closure of `fill` runs, and `count` of them are
/// written. Every method checks that what it may write fits before it writes.
@safe
struct JSONCursor {
  private let base: UnsafeMutableRawPointer
  private let room: Int
  private(set) var count = 0

  /// Numbers are stored eight digits at a time, which may write this much beyond their end.
  static let slack = 8

  @unsafe
  private init(_ base: UnsafeMutableRawPointer, room: Int) {
    unsafe self.base = base
    self.room = room
  }

  /// Appends what `body` writes to an array: at most `room` bytes.
  @inline(__always)
  static func fill(
    _ bytes: inout [UInt8], room: Int, _ body: (inout JSONCursor) -> Void
  ) {
    bytes.append(addingCapacity: room) { output in
      // Safe: the closure has room for that many bytes, and `count` of them are written.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        let start = unsafe UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
        var cursor = unsafe JSONCursor(start + filled, room: room)
        body(&cursor)
        filled += cursor.count
      }
    }
  }

  /// Appends what `body` writes where there is room for it; the bytes that it has written.
  @inline(__always)
  static func fill(
    _ output: inout OutputRawSpan, room: Int, _ body: (inout JSONCursor) -> Void
  ) -> Int {
    guard output.freeCapacity >= room else { return 0 }
    // Safe: the room was checked, and `count` bytes are written.
    return unsafe output.withUnsafeMutableBytes { buffer, filled in
      var cursor = unsafe JSONCursor(buffer.baseAddress.unsafelyUnwrapped + filled, room: room)
      body(&cursor)
      filled += cursor.count
      return cursor.count
    }
  }

  @inline(__always)
  private func need(_ bytes: Int) {
    precondition(count &+ bytes <= room, "inside the room that was asked for")
  }

  /// Text of the program, which is JSON already.
  @inline(__always)
  mutating func literal(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    need(length)
    // Safe: the room was checked; a literal lives as long as the program.
    unsafe (base + count).copyMemory(from: text.utf8Start, byteCount: length)
    count &+= length
  }

  @inline(__always)
  mutating func byte(_ value: UInt8) {
    need(1)
    // Safe: the room was checked.
    unsafe (base + count).storeBytes(of: value, as: UInt8.self)
    count &+= 1
  }

  /// A part of an array of bytes.
  @inline(__always)
  mutating func copy(_ bytes: borrowing [UInt8], _ start: Int, _ length: Int) {
    need(length)
    precondition(start >= 0 && length >= 0 && start &+ length <= bytes.count, "inside the array")
    // Safe: both ranges were checked.
    unsafe bytes.withUnsafeBytes { source in
      guard let from = source.baseAddress else { return }
      unsafe (base + count).copyMemory(from: from + start, byteCount: length)
    }
    count &+= length
  }

  // MARK: - Numbers

  /// Eight decimal digits of a number below 10⁸, the first in the lowest byte, not yet text.
  ///
  /// Divides by multiplying: halves, quarters and digits of the number side by side in one word.
  @inline(__always)
  static func digits(_ value: UInt64) -> UInt64 {
    let high = value / 10_000
    let halves = high | (value &- high &* 10_000) << 32
    let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
    let pairs = (halves &- hundreds &* 100) << 16 | hundreds
    let tens = (pairs &* 103) >> 10 & 0x000F_000F_000F_000F
    return (pairs &- tens &* 10) << 8 | tens
  }

  private static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// Stores eight bytes of text of which `length` count; there is room for all eight.
  @inline(__always)
  private mutating func store(_ text: UInt64, _ length: Int) {
    // Safe: callers have checked room for eight bytes.
    unsafe (base + count).storeBytes(of: text.littleEndian, as: UInt64.self)
    count &+= length
  }

  /// Eight bytes of text, the first in the lowest byte.
  @inline(__always)
  mutating func word(_ text: UInt64) {
    need(8)
    store(text, 8)
  }

  /// The digits of a number below 10⁸ without leading zeros.
  @inline(__always)
  private mutating func short(_ value: UInt64) {
    let digits = Self.digits(value)
    // Zero has one digit.
    let leading = min(digits.trailingZeroBitCount >> 3, 7)
    store((digits | Self.zeros) >> UInt64(8 &* leading), 8 &- leading)
  }

  @inline(__always)
  private mutating func eight(_ value: UInt64) { store(Self.digits(value) | Self.zeros, 8) }

  /// A number in decimal digits.
  @inline(__always)
  mutating func unsigned(_ value: UInt64) {
    need(20 + Self.slack)
    if value < 100_000_000 {
      short(value)
    } else if value < 10_000_000_000_000_000 {
      short(value / 100_000_000)
      eight(value % 100_000_000)
    } else {
      short(value / 10_000_000_000_000_000)
      eight(value / 100_000_000 % 100_000_000)
      eight(value % 100_000_000)
    }
  }

  mutating func signed(_ value: Int64) {
    if value < 0 { byte(UInt8(ascii: "-")) }
    unsigned(value.magnitude)
  }

  /// A number of units of 10⁻⁹: the shortest exact decimal with at least `decimals` (0…9) decimals.
  @inline(__always)
  mutating func decimal(_ raw: Int64, decimals: Int) {
    if raw < 0 { byte(UInt8(ascii: "-")) }
    let magnitude = raw.magnitude
    let whole = magnitude / 1_000_000_000
    unsigned(whole)
    fraction(magnitude &- whole &* 1_000_000_000, decimals: decimals)
  }

  /// Nine decimals without trailing zeros, but at least so many.
  @inline(__always)
  private mutating func fraction(_ value: UInt64, decimals: Int) {
    guard value > 0 || decimals > 0 else { return }
    need(10 + Self.slack)
    let high = value / 10
    let last = value &- high &* 10
    let digits = Self.digits(high)
    var length = 9
    // The last digits are in the highest bytes.
    if last == 0 { length = 8 &- digits.leadingZeroBitCount >> 3 }
    length = max(length, min(decimals, 9))
    store(UInt64(UInt8(ascii: ".")), 1)
    store(digits | Self.zeros, 8)
    store(UInt64(UInt8(ascii: "0")) &+ last, 1)
    count = count &- 9 &+ length
  }

  /// A sum in units of 10⁻⁹, or of 10⁻¹⁸ when `isNotional`.
  mutating func wide(_ raw: Int128, isNotional: Bool) {
    if raw < 0 { byte(UInt8(ascii: "-")) }
    let magnitude = raw.magnitude
    guard isNotional else {
      let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
      large(whole)
      return fraction(UInt64(rest), decimals: 0)
    }
    let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: 1_000_000_000_000_000_000)
    large(whole)
    let (upper, lower) = UInt64(rest).quotientAndRemainder(dividingBy: 1_000_000_000)
    fraction(upper, decimals: lower > 0 ? 9 : 0)
    guard lower > 0 else { return }
    // The point that `fraction` writes in front of the second nine is the first's last digit.
    let place = count &- 1
    need(10 + Self.slack)
    // Safe: `place` was just written.
    let digit = unsafe (base + place).load(as: UInt8.self)
    count = place
    fraction(lower, decimals: 0)
    unsafe (base + place).storeBytes(of: digit, as: UInt8.self)
  }

  private mutating func large(_ value: UInt128) {
    guard value > UInt128(UInt64.max) else { return unsigned(UInt64(value)) }
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000_000_000_000_000)
    large(high)
    need(16 + Self.slack)
    eight(UInt64(low / 100_000_000))
    eight(UInt64(low % 100_000_000))
  }

  /// Three digits for each part of a second that is needed: none, 3, 6 or 9, behind a point.
  @inline(__always)
  mutating func subseconds(_ nanos: UInt64) {
    guard nanos > 0 else { return }
    fraction(nanos, decimals: nanos % 1_000 != 0 ? 9 : nanos % 1_000_000 != 0 ? 6 : 3)
  }
}
