/// Pages of which sites may connect. Programs, which send no `Origin`, always may.
public enum OriginPolicy: Equatable, Sendable {
  case any
  /// Those that this server gave out: the origin's host and port are those of the request.
  case sameHost
  /// These, as browsers write them: `https://example.com`, `http://localhost:3000`. `null`, which
  /// pages of files send, may be one of them.
  case listed([String])

  /// Whether a request with these header values is allowed.
  func allows(origins: [String], host: String) -> Bool {
    guard let origin = origins.first else { return true }
    guard origins.count == 1 else { return false }
    switch self {
    case .any: return true
    case .listed(let list): return list.contains { $0.lowercased() == origin.lowercased() }
    case .sameHost:
      guard let mark = origin.firstRange(of: "://") else { return false }
      let scheme = origin[..<mark.lowerBound].lowercased()
      let port = scheme == "https" || scheme == "wss" ? ":443" : ":80"
      func whole(_ authority: String) -> String {
        authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
      }
      return whole(origin[mark.upperBound...].lowercased()) == whole(host.lowercased())
    }
  }
}
