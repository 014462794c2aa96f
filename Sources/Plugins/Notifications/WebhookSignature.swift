internal import Crypto
package import EngineCore

/// Signs a message, so that its receiver knows who sent it and when.
///
/// The signed bytes are the time, a full stop and the body: an old message that somebody sends
/// again shows its age.
package enum WebhookSignature {
  package static let header = "Tickwire-Signature"

  /// `t=1700000000,v1=` and the HMAC-SHA256 in hexadecimal digits.
  package static func value(_ body: [UInt8], secret: String, at time: Timestamp) -> String {
    let seconds = time.nanoseconds / 1_000_000_000
    let key = SymmetricKey(data: Array(secret.utf8))
    let code = HMAC<SHA256>.authenticationCode(for: Array("\(seconds).".utf8) + body, using: key)
    return "t=\(seconds),v1=\(hex(code))"
  }

  /// A name for a set of names, the same for the same set.
  package static func digest(_ names: [String]) -> String {
    var hash = SHA256()
    for name in names.sorted() { hash.update(data: Array("\(name.utf8.count):\(name)".utf8)) }
    return hex(hash.finalize().prefix(16))
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
