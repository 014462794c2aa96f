/// What was wrong with rows and files: counted, the first kept, and not all logged.
struct FaultBook {
  private(set) var count: UInt64 = 0
  /// The first of them, as `path:line: what`.
  private(set) var first: [String] = []

  /// How many are kept for the answer to `stats`.
  static let keptMax = 20
  /// How many are logged one by one; after them one at every power of ten.
  static let loggedMax: UInt64 = 5

  /// Takes one in.
  ///
  /// - Returns: whether it should be logged.
  mutating func add(_ text: String) -> Bool {
    count += 1
    if first.count < Self.keptMax { first.append(text) }
    return count <= Self.loggedMax || Self.isPowerOfTen(count)
  }

  private static func isPowerOfTen(_ value: UInt64) -> Bool {
    var rest = value
    while rest % 10 == 0, rest > 0 { rest /= 10 }
    return rest == 1
  }
}
