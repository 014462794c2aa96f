internal import NIOHTTP1

/// What a request's head has to be like, beyond what the parser refuses.
///
/// Whatever two servers on the way of a request might understand differently is refused: that is
/// what request smuggling lives on (RFC 9112, section 11.2).
enum RequestRules {
  /// Checks a head; what it asks for, or the answer that refuses it.
  static func check(_ head: HTTPRequestHead) -> Result<RequestTarget, HTTPAnswer.Refusal> {
    guard head.version.major == 1, head.version.minor <= 1 else {
      return refuse(505, "expected HTTP/1.1, found HTTP/\(head.version)")
    }
    if let fault = hostFault(head) ?? bodyFault(head) { return .failure(fault) }
    guard head.headers["Expect"].allSatisfy({ $0.lowercased() == "100-continue" }) else {
      return refuse(417, "expected no Expect but 100-continue")
    }
    guard let target = RequestTarget(head.uri) else {
      return refuse(400, "expected a target such as /path")
    }
    return .success(target)
  }

  private static func refuse<Success>(
    _ status: Int, _ reason: String
  ) -> Result<Success, HTTPAnswer.Refusal> {
    .failure(HTTPAnswer.Refusal(status: status, reason: reason))
  }

  private static func hostFault(_ head: HTTPRequestHead) -> HTTPAnswer.Refusal? {
    let hosts = head.headers["Host"]
    guard hosts.count == 1 || (hosts.isEmpty && head.version.minor == 0) else {
      return HTTPAnswer.Refusal(status: 400, reason: "expected one Host, found \(hosts.count)")
    }
    guard hosts.allSatisfy(isHost) else {
      return HTTPAnswer.Refusal(status: 400, reason: "Host: expected a name and maybe a port")
    }
    return nil
  }

  /// `name`, `name:port`, `[address]:port`; may be empty (RFC 9110, section 7.2).
  static func isHost(_ text: String) -> Bool {
    var name = text[...]
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
      let port = text[text.index(after: colon)...]
      guard port.utf8.count <= 5, port.utf8.allSatisfy(isDigit) else { return false }
      name = text[..<colon]
      if name.isEmpty { return false }
    }
    if name.hasPrefix("[") {
      return name.hasSuffix("]") && name.utf8.count > 2
        && name.utf8.dropFirst().dropLast().allSatisfy {
          isDigit($0) || isLetter($0) || ".:".utf8.contains($0)
        }
    }
    return name.utf8.allSatisfy {
      isDigit($0) || isLetter($0) || "-._~!$&'()*+,;=%".utf8.contains($0)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
  }

  private static func bodyFault(_ head: HTTPRequestHead) -> HTTPAnswer.Refusal? {
    let lengths = head.headers["Content-Length"]
    let codings = head.headers["Transfer-Encoding"]
    func fault(_ status: Int, _ reason: String) -> HTTPAnswer.Refusal {
      HTTPAnswer.Refusal(status: status, reason: reason)
    }
    guard lengths.count <= 1, lengths.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) })
    else { return fault(400, "expected one Content-Length, a number") }
    guard !codings.isEmpty else { return nil }
    guard lengths.isEmpty else {
      return fault(400, "Content-Length beside Transfer-Encoding")
    }
    guard head.version.minor == 1 else {
      return fault(400, "Transfer-Encoding in a request of HTTP/1.0")
    }
    guard codings.count == 1, codings[0].lowercased() == "chunked" else {
      return fault(501, "expected Transfer-Encoding \"chunked\" and no other")
    }
    return nil
  }
}
