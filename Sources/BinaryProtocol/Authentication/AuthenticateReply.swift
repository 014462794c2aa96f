/// The reply of the call `authenticate`: who the token makes the caller, and what it may do.
public struct AuthenticateReply: Equatable, Sendable {
  /// What a token may allow.
  public struct Rights: OptionSet, Sendable, Hashable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let subscribe = Rights(rawValue: 1)
    public static let publish = Rights(rawValue: 2)
    public static let admin = Rights(rawValue: 4)
  }

  /// The token's name; not the token.
  public var name: String
  public var rights: Rights

  public init(name: String, rights: Rights) {
    self.name = name
    self.rights = rights
  }

  /// The method's name.
  public static let method = "authenticate"
  /// The metadata key of a token, in this call and in any other.
  public static let tokenKey = "token"

  /// The reply's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendText(name, limit: WireFormat.textBytesMax)
    bytes.appendInteger(rights.rawValue)
    return bytes
  }

  /// Reads the reply; what a later version appends is ignored.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = RequestReader(
      bytes, method: "the reply to authenticate", fault: .internalError)
    name = try reader.text("name")
    rights = Rights(rawValue: try reader.integer(UInt32.self, "rights"))
  }
}
