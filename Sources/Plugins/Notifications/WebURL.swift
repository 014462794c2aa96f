/// An address of HTTP, as far as it has to be known before it is used.
package struct WebURL: Sendable, Equatable {
  package let text: String
  package let isEncrypted: Bool
  package let host: String

  /// Reads `https://host[:port]/path`; nil for one with user and password, blanks or control
  /// characters: who has to prove who he is does so in a header.
  package init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
    let scheme = text.hasPrefix("https://") ? "https://" : "http://"
    guard text.hasPrefix(scheme) else { return nil }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.isEmpty, !authority.contains("@"), !rest.contains("#") else { return nil }
    var host = authority[...]
    if host.first == "[" {
      guard let end = host.firstIndex(of: "]") else { return nil }
      host = host[...end]
    } else if let colon = host.lastIndex(of: ":") {
      guard let port = Int(host[host.index(after: colon)...]), (1...65_535).contains(port) else {
        return nil
      }
      host = host[..<colon]
    }
    guard !host.isEmpty else { return nil }
    self.text = text
    self.host = String(host)
    isEncrypted = scheme == "https://"
  }

  /// The same with something behind its path.
  package func appending(_ path: String) -> String {
    let base = text.hasSuffix("/") ? String(text.dropLast()) : text
    return base + path
  }
}
