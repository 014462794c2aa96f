/// What `health` answers.
public struct ServerHealth: Equatable, Sendable {
  /// Whether the server is ready to work.
  public var isServing: Bool
  /// Why not, or what else there is to say; may be empty.
  public var text: String

  public init(isServing: Bool, text: String) {
    self.isServing = isServing
    self.text = text
  }

  /// Ready, nothing to add.
  public static let serving = ServerHealth(isServing: true, text: "")

  /// The reply's bytes: u8 1 when serving, u16 length and text.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = [isServing ? 1 : 0]
    bytes.appendText(text, limit: WireFormat.textBytesMax)
    return bytes
  }

  /// Reads the reply of `health`.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = ByteReader(bytes)
    do {
      isServing = try reader.integer(UInt8.self) == 1
      text = try reader.text()
    } catch {
      throw CallError(.internalError, "the reply to health is damaged")
    }
  }
}
