/// What a request is about: the path and the query of its target.
struct RequestTarget: Equatable, Sendable {
  var path: String
  /// Without its question mark; may be empty.
  var query: String

  /// Reads a target in origin form (`/path?query`) or, as proxies send it, in absolute form; `*` is
  /// the server as a whole. Nil when it is neither.
  init?(_ text: String) {
    if text == "*" {
      self.init(path: "*", query: "")
      return
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "#") }) else {
      return nil
    }
    if text.hasPrefix("/") {
      self.init(origin: text[...])
      return
    }
    let lower = text.lowercased()
    guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix) else { return nil }
    let rest = text.dropFirst(scheme.count)
    guard let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else {
      guard !rest.isEmpty else { return nil }
      self.init(path: "/", query: "")
      return
    }
    guard end > rest.startIndex else { return nil }
    self.init(origin: rest[end] == "/" ? rest[end...] : Substring("/" + rest[end...]))
  }

  private init(path: String, query: String) {
    self.path = path
    self.query = query
  }

  private init(origin text: Substring) {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "")
  }
}
