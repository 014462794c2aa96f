/// What the call `publish` asks for.
public struct PublishRequest: Equatable, Sendable {
  /// The source of the events, 1 to 255 bytes.
  public var name: String
  /// Drawn once by a publisher, so that the server knows it again after a lost connection; 0: none.
  public var instance: UInt64

  public init(name: String, instance: UInt64 = 0) {
    self.name = name
    self.instance = instance
  }

  /// The method's name.
  public static let method = "publish"
  public static let nameBytesMax = 255

  /// The request's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendInteger(UInt16(0))
    bytes.appendInteger(instance)
    bytes.appendText(name)
    return bytes
  }

  /// Reads a request; the error is what the caller gets.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = RequestReader(bytes, method: Self.method)
    let flags = try reader.integer(UInt16.self, "flags")
    guard flags == 0 else { throw reader.bad("flags", "0", "\(flags)") }
    instance = try reader.integer(UInt64.self, "instance")
    name = try reader.text("name")
    guard (1...Self.nameBytesMax).contains(name.utf8.count) else {
      throw reader.bad("name", "1 to \(Self.nameBytesMax) bytes", "\(name.utf8.count)")
    }
    try reader.end()
  }
}
