internal import EngineCore

/// Where a server is reached, written `host:port`, `[v6]:port` or `unix:/path`.
public enum ConnectAddress: Sendable, Hashable, CustomStringConvertible {
  /// A name, an IPv4 address, or an IPv6 address without brackets; a port from 1.
  case tcp(host: String, port: Int)
  /// The path of a Unix socket.
  case unix(path: String)

  /// Reads an address; nil when it is none, or one on which servers can only listen: every address
  /// of a machine, port 0.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard !path.isEmpty else { return nil }
      self = .unix(path: path)
    } else {
      guard let address = ListenAddress(text), address.host != "*", address.port > 0 else {
        return nil
      }
      self = .tcp(host: address.host, port: address.port)
    }
  }

  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}
