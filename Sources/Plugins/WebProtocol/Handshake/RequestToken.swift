/// Finds the token that a request shows.
public enum RequestToken {
  /// From `Authorization: Bearer TOKEN`, `X-API-Key: TOKEN` or `?token=TOKEN`, in this order; nil
  /// when there is none.
  public static func find(headers: [HandshakeHeader], query: String) -> String? {
    for value in headers.values("Authorization") {
      let parts = value.split(separator: " ", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == "bearer" {
        return String(parts[1].drop { $0 == " " })
      }
    }
    if let key = headers.values("X-API-Key").first, !key.isEmpty { return key }
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "token", let token = decoded(parts[1]), !token.isEmpty
      else { continue }
      return token
    }
    return nil
  }

  /// Percent-encoded text; nil when it is damaged or not UTF-8.
  private static func decoded(_ text: Substring) -> String? {
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
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
