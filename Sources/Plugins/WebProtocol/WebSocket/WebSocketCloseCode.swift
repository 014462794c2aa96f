/// Why a WebSocket was closed: RFC 6455 section 7.4, the IANA registry, and codes of our own from
/// 4400 on, which say in a closed connection what an HTTP status says in an answer.
public struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }
  init(_ rawValue: UInt16) { self.rawValue = rawValue }

  public static let normal = WebSocketCloseCode(1000)
  /// The server stops, or the page is left.
  public static let goingAway = WebSocketCloseCode(1001)
  public static let protocolError = WebSocketCloseCode(1002)
  public static let unsupportedData = WebSocketCloseCode(1003)
  /// Never on the wire: the peer closed without a code.
  public static let noStatus = WebSocketCloseCode(1005)
  /// Never on the wire: the connection ended without a close frame.
  public static let abnormal = WebSocketCloseCode(1006)
  /// Text that is not UTF-8, or compressed bytes that are none.
  public static let invalidPayload = WebSocketCloseCode(1007)
  public static let policyViolation = WebSocketCloseCode(1008)
  public static let tooBig = WebSocketCloseCode(1009)
  /// A client misses an extension.
  public static let mandatoryExtension = WebSocketCloseCode(1010)
  public static let internalError = WebSocketCloseCode(1011)
  public static let serviceRestart = WebSocketCloseCode(1012)
  public static let tryAgainLater = WebSocketCloseCode(1013)
  public static let badGateway = WebSocketCloseCode(1014)

  /// Too many bad requests.
  public static let badRequests = WebSocketCloseCode(4400)
  /// No token, or one that nobody knows.
  public static let unauthenticated = WebSocketCloseCode(4401)
  /// The token has no right to it.
  public static let forbidden = WebSocketCloseCode(4403)
  /// No token came in time, or no sign of life.
  public static let timeout = WebSocketCloseCode(4408)
  /// Closed by a person who runs the server.
  public static let kicked = WebSocketCloseCode(4410)
  /// The client does not read what it is sent.
  public static let slowReader = WebSocketCloseCode(4413)
  /// Too many requests.
  public static let tooManyRequests = WebSocketCloseCode(4429)

  /// Whether a close frame may hold it.
  public var isSendable: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }

  /// What a client should do next.
  public enum Advice: String, Sendable {
    case reconnect
    /// Reconnect, after a longer wait than usual.
    case later = "reconnect later"
    case giveUp = "give up"
  }

  /// One line of the table in docs/websocket.md.
  public struct Entry: Sendable {
    public var code: WebSocketCloseCode
    public var name: String
    public var advice: Advice
  }

  /// All codes that have a name here, in order.
  public static let table: [Entry] = [
    Entry(code: .normal, name: "normal", advice: .giveUp),
    Entry(code: .goingAway, name: "going away", advice: .reconnect),
    Entry(code: .protocolError, name: "protocol error", advice: .giveUp),
    Entry(code: .unsupportedData, name: "unsupported data", advice: .giveUp),
    Entry(code: .noStatus, name: "no status", advice: .reconnect),
    Entry(code: .abnormal, name: "abnormal", advice: .reconnect),
    Entry(code: .invalidPayload, name: "invalid payload", advice: .giveUp),
    Entry(code: .policyViolation, name: "policy violation", advice: .giveUp),
    Entry(code: .tooBig, name: "too big", advice: .giveUp),
    Entry(code: .mandatoryExtension, name: "mandatory extension", advice: .giveUp),
    Entry(code: .internalError, name: "internal error", advice: .later),
    Entry(code: .serviceRestart, name: "service restart", advice: .reconnect),
    Entry(code: .tryAgainLater, name: "try again later", advice: .later),
    Entry(code: .badGateway, name: "bad gateway", advice: .later),
    Entry(code: .badRequests, name: "bad requests", advice: .giveUp),
    Entry(code: .unauthenticated, name: "unauthenticated", advice: .giveUp),
    Entry(code: .forbidden, name: "forbidden", advice: .giveUp),
    Entry(code: .timeout, name: "timeout", advice: .reconnect),
    Entry(code: .kicked, name: "kicked", advice: .giveUp),
    Entry(code: .slowReader, name: "slow reader", advice: .reconnect),
    Entry(code: .tooManyRequests, name: "too many requests", advice: .later),
  ]

  /// What to do after any code: one that nobody knows is a reason to give up from 4400 to 4499,
  /// where it says that the client is wrong, and to come back later elsewhere.
  public var advice: Advice {
    if let entry = Self.table.first(where: { $0.code == self }) { return entry.advice }
    return (4400...4499).contains(rawValue) ? .giveUp : .later
  }
}

extension WebSocketCloseCode: CustomStringConvertible {
  public var description: String {
    let name = Self.table.first { $0.code == self }?.name
    return name.map { "\(rawValue) (\($0))" } ?? "\(rawValue)"
  }
}
