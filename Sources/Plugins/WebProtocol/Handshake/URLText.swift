/// Percent-encoded text of URLs.
public enum URLText {
  /// What it means; nil when it is damaged or not UTF-8.
  ///
  /// - Parameter isQuery: a plus sign stands for a blank, as forms send it.
  public static func decoded(_ text: Substring, isQuery: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2)
        guard digits.count == 2,
          digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
          let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "+") where isQuery: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The names and values of a query, in order; nil when one is damaged.
  public static func query(_ text: String) -> [(name: String, value: String)]? {
    var items: [(String, String)] = []
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(parts[0], isQuery: true),
        let value = decoded(parts.count > 1 ? parts[1] : "", isQuery: true)
      else { return nil }
      items.append((name, value))
    }
    return items
  }
}
