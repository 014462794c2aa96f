/// A place to listen on, written `host:port`.
///
/// The host is a name, an IPv4 address, an IPv6 address in brackets (`[::1]:8000`), or `*` for
/// every address of the machine. Port 0 lets the system choose a free one.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
  /// The host without brackets.
  public let host: String
  /// The port, 0…65535.
  public let port: Int

  /// Reads `host:port`; nil when it is something else.
  public init?(_ text: String) {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let digits = text[text.utf8.index(after: colon)...]
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
      let port = Int(digits), port <= 65_535
    else { return nil }
    var host = text[..<colon]
    if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
      host = host.dropFirst().dropLast()
      guard host.utf8.contains(UInt8(ascii: ":")),
        host.utf8.allSatisfy({ $0.isHostByte || $0 == UInt8(ascii: ":") })
      else { return nil }
    } else {
      guard !host.isEmpty, host == "*" || host.utf8.allSatisfy({ $0.isHostByte }) else {
        return nil
      }
    }
    self.host = String(host)
    self.port = port
  }

  /// `host:port`, an IPv6 host in brackets.
  public var description: String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Whether the host stands for every address of the machine, or every IPv4 one (`0.0.0.0`).
  public var isWildcard: Bool { host == "*" || host == "0.0.0.0" || host == "::" }

  /// Whether only programs of this machine can reach it.
  public var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// Whether both can't be listened on in one machine. Port 0 never conflicts, because the system
  /// chooses a free port each time. `localhost` stands for both of its addresses; other names are
  /// not resolved.
  public func conflicts(with other: ListenAddress) -> Bool {
    guard port == other.port, port != 0 else { return false }
    return covers(other) || other.covers(self) || !names.isDisjoint(with: other.names)
  }

  private func covers(_ other: ListenAddress) -> Bool {
    // An IPv6 wildcard socket takes IPv4 as well unless told otherwise; the reverse never holds.
    if host == "0.0.0.0" { return !other.host.utf8.contains(UInt8(ascii: ":")) }
    return isWildcard
  }

  private var names: Set<String> {
    host == "localhost" ? ["localhost", "127.0.0.1", "::1"] : [host.lowercased()]
  }
}

extension UInt8 {
  fileprivate var isHostByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: "%"):
      true
    default: false
    }
  }
}
