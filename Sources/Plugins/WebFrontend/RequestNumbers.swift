/// Names for requests that bring none of their own.
struct RequestNumbers {
  /// Differs from start to start.
  private let prefix: String
  private var count: UInt64 = 0

  init(seed: UInt64) { prefix = String(seed, radix: 36) }

  /// The name of a request: its own, where it is one that may stand in logs.
  mutating func name(given: String?) -> String {
    if let given, (1...64).contains(given.utf8.count), given.utf8.allSatisfy(Self.isPlain) {
      return given
    }
    count += 1
    return "\(prefix)-\(String(count, radix: 36))"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
