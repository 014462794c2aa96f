/// What `describe` answers: the methods of a server.
public struct ServiceDescription: Equatable, Sendable {
  /// One method.
  public struct Method: Equatable, Sendable {
    public var name: String
    /// One line for people.
    public var summary: String
    /// Whether it may reply more than once.
    public var isStreaming: Bool

    public init(name: String, summary: String, isStreaming: Bool) {
      self.name = name
      self.summary = summary
      self.isStreaming = isStreaming
    }
  }

  /// The newest protocol version the server speaks.
  public var protocolVersion: UInt16
  /// Its methods by name.
  public var methods: [Method]

  public init(protocolVersion: UInt16, methods: [Method]) {
    self.protocolVersion = protocolVersion
    self.methods = methods
  }

  /// The reply's bytes, as docs/protocol.md gives them.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendInteger(protocolVersion)
    bytes.appendInteger(UInt16(truncatingIfNeeded: methods.count))
    for method in methods {
      bytes.append(method.isStreaming ? 1 : 0)
      bytes.appendText(method.name)
      bytes.appendText(method.summary)
    }
    return bytes
  }

  /// Reads the reply of `describe`; what a later version appends is ignored.
  public init(decoding bytes: [UInt8]) throws(CallError) {
    var reader = ByteReader(bytes)
    do {
      protocolVersion = try reader.integer()
      let count: UInt16 = try reader.integer()
      methods = []
      for _ in 0..<count {
        let isStreaming = try reader.integer(UInt8.self) == 1
        methods.append(
          Method(name: try reader.text(), summary: try reader.text(), isStreaming: isStreaming))
      }
    } catch {
      throw CallError(.internalError, "the reply to describe is damaged")
    }
  }
}
