/// The four parameters of permessage-deflate (RFC 7692, section 7.1).
public struct DeflateParameters: Equatable, Sendable {
  public var serverNoContextTakeover = false
  public var clientNoContextTakeover = false
  /// 8…15; nil when it is not there.
  public var serverMaxWindowBits: Int?
  /// 8…15, or 0 in an offer that names the parameter without a value; nil when it is not there.
  public var clientMaxWindowBits: Int?

  public init() {}

  /// The extension's name.
  public static let name = "permessage-deflate"

  /// Reads the parameters of an offer or an answer; nil when one is unknown, occurs twice or has a
  /// value that it cannot have. Such an offer is to be passed over.
  public init?(_ item: ExtensionItem, isOffer: Bool) {
    guard item.name == Self.name else { return nil }
    var seen: Set<String> = []
    for parameter in item.parameters {
      guard seen.insert(parameter.name).inserted else { return nil }
      switch parameter.name {
      case "server_no_context_takeover":
        guard parameter.value == nil else { return nil }
        serverNoContextTakeover = true
      case "client_no_context_takeover":
        guard parameter.value == nil else { return nil }
        clientNoContextTakeover = true
      case "server_max_window_bits":
        guard let value = parameter.value, let bits = Self.bits(value) else { return nil }
        serverMaxWindowBits = bits
      case "client_max_window_bits":
        guard let value = parameter.value else {
          guard isOffer else { return nil }
          clientMaxWindowBits = 0
          continue
        }
        guard let bits = Self.bits(value) else { return nil }
        clientMaxWindowBits = bits
      default: return nil
      }
    }
  }

  /// 8…15, without a leading zero.
  private static func bits(_ text: String) -> Int? {
    (8...15).first { String($0) == text }
  }

  /// As it stands in `Sec-WebSocket-Extensions`.
  public var headerText: String {
    var text = Self.name
    if serverNoContextTakeover { text += "; server_no_context_takeover" }
    if clientNoContextTakeover { text += "; client_no_context_takeover" }
    if let bits = serverMaxWindowBits { text += "; server_max_window_bits=\(bits)" }
    if let bits = clientMaxWindowBits {
      text += "; client_max_window_bits" + (bits == 0 ? "" : "=\(bits)")
    }
    return text
  }
}
