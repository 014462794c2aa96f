internal import NIOHTTP1

/// Answers that are named by what they say, and answers as those who ask take them.
extension HTTPAnswer {
  /// Data that stays as it is while the server runs: clients may keep it, and ask whether it is
  /// still the same.
  static func fixed(_ body: [UInt8], type: String) -> HTTPAnswer {
    // Weak, as it may go out compressed or not.
    let tag = "W/\"\(String(fingerprint(of: body), radix: 16))\""
    return HTTPAnswer(
      status: 200, headers: [HeaderField("Cache-Control", "no-cache"), HeaderField("ETag", tag)],
      body: body, type: type)
  }

  /// FNV-1a: it tells versions apart, and protects nothing.
  static func fingerprint(of body: [UInt8]) -> UInt64 {
    body.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Without what the client has already, and compressed when it takes that.
  func fitted(to request: HTTPRequest, _ packer: AnswerPacker?) -> HTTPAnswer {
    if status == 200, let tag = header("ETag"), request.hasAlready(tag) {
      var short = self
      short.status = 304
      short.body = []
      short.headers.removeAll { $0.name == "Content-Type" || $0.name == "Content-Encoding" }
      return short
    }
    // What is larger would hold the loop up for longer than the network takes.
    guard let packer, body.count >= AnswerPacker.bytesMin, body.count <= AnswerPacker.bytesMax,
      isText, !isFitted
    else { return self }
    var answer = self
    answer.headers.append(HeaderField("Vary", "Accept-Encoding"))
    guard AnswerPacker.isWanted(request.header("Accept-Encoding")) else { return answer }
    answer.body = packer.packed(body)
    answer.headers.append(HeaderField("Content-Encoding", "gzip"))
    return answer
  }

  private func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// Whoever made it has seen to what the client takes.
  private var isFitted: Bool { header("Vary")?.contains("Accept-Encoding") ?? false }

  private var isText: Bool {
    let type = header("Content-Type") ?? ""
    return type.hasPrefix("text/") || type.hasPrefix("application/json")
  }
}

extension HTTPRequest {
  /// Whether its `If-None-Match` names that tag, compared weakly (RFC 9110, section 13.1.2).
  fileprivate func hasAlready(_ tag: String) -> Bool {
    headers["If-None-Match"].contains { list in
      list.split(separator: ",").contains { item in
        let item = item.drop { $0 == " " }.prefix { $0 != " " }
        return item == "*" || item.trimmingWeakness == tag[...].trimmingWeakness
      }
    }
  }
}

extension Substring {
  fileprivate var trimmingWeakness: Substring { hasPrefix("W/") ? dropFirst(2) : self }
}
