internal import NIOHTTP1

/// Whose request it is that a proxy has passed on.
struct Forwarding: Equatable {
  /// Who has sent it to the outermost proxy that is believed.
  var peer: String
  /// The host that was asked for there.
  var host: String?

  /// - Parameters:
  ///   - peer: who is at the other end of the connection.
  ///   - proxies: those that are believed.
  init(_ headers: HTTPHeaders, from peer: String, proxies: Set<String>) {
    self.peer = peer
    guard proxies.contains(peer) else { return }
    let hops = headers["X-Forwarded-For"].flatMap {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    .map { $0.trimmed }
    // Every proxy has added whom it saw at the end: what stands before the first that is not
    // believed may be made up.
    for hop in hops.reversed() {
      guard !hop.isEmpty, hop.utf8.count <= 64 else { break }
      self.peer = hop
      if !proxies.contains(hop) { break }
    }
    if let host = headers.first(name: "X-Forwarded-Host"), RequestRules.isHost(host) {
      self.host = host
    }
  }
}

extension Substring {
  /// Without blanks around it.
  fileprivate var trimmed: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
