internal import ZlibStreams

/// Compresses the bodies of answers for clients that take gzip. Lives on the event loop.
final class AnswerPacker {
  private let stream = DeflateStream(level: 1, format: .gzip)

  /// Below this the head is most of an answer.
  static let bytesMin = 1024
  /// Beyond that an answer goes out as it is.
  static let bytesMax = 1 << 20

  func packed(_ body: [UInt8]) -> [UInt8] {
    var packed: [UInt8] = []
    stream.reset()
    stream.append(body, flush: .finish, to: &packed)
    return packed
  }

  /// Whether a client takes gzip (RFC 9110, section 12.5.3), from its `Accept-Encoding`.
  static func isWanted(_ accepted: String?) -> Bool {
    var byName: [String: Bool] = [:]
    for item in (accepted ?? "").lowercased().split(separator: ",") {
      let parts = item.split(separator: ";").map { part in
        String(part.filter { $0 != " " && $0 != "\t" })
      }
      guard let name = parts.first else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2) ?? "1"
      // A weight of nothing but zeros means: not that.
      byName[name] = weight.contains { $0 != "0" && $0 != "." }
    }
    return byName["gzip"] ?? byName["x-gzip"] ?? byName["*"] ?? false
  }
}
