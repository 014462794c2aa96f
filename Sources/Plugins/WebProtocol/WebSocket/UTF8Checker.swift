/// Checks that text which comes in pieces is UTF-8, and says so at the first byte that is not.
public struct UTF8Checker: Equatable, Sendable {
  /// Bytes that the character begun still needs.
  private var needed: UInt8 = 0
  /// What the next of them may be.
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF

  public init() {}

  /// Whether the text may end here.
  public var isComplete: Bool { needed == 0 }

  /// Takes the next bytes; false when they can be part of no text.
  public mutating func take(_ bytes: RawSpan) -> Bool {
    let count = bytes.byteCount
    var index = 0
    while index < count {
      if needed == 0 {
        while index &+ 8 <= count, bytes.word(at: index) & 0x8080_8080_8080_8080 == 0 {
          index &+= 8
        }
        guard index < count else { return true }
      }
      guard take(bytes.byte(at: index)) else { return false }
      index &+= 1
    }
    return true
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard needed == 0 else {
      guard byte >= lower, byte <= upper else { return false }
      (lower, upper) = (0x80, 0xBF)
      needed &-= 1
      return true
    }
    switch byte {
    case 0...0x7F: return true
    case 0xC2...0xDF: needed = 1
    case 0xE0: (needed, lower) = (2, 0xA0)
    // Surrogates are no characters.
    case 0xED: (needed, upper) = (2, 0x9F)
    case 0xE1...0xEF: needed = 2
    case 0xF0: (needed, lower) = (3, 0x90)
    case 0xF1...0xF3: needed = 3
    case 0xF4: (needed, upper) = (3, 0x8F)
    default: return false
    }
    return true
  }
}
