/// What `describe` answers: the methods of a server, and its records when it has data frames.
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
  /// Raised when a layout is added or grows; nil without data frames.
  public var schemaVersion: UInt16?
  /// The records it sends; empty without data frames.
  public var layouts: [RecordLayout]

  public init(
    protocolVersion: UInt16, methods: [Method], schemaVersion: UInt16? = nil,
    layouts: [RecordLayout] = []
  ) {
    self.protocolVersion = protocolVersion
    self.methods = methods
    self.schemaVersion = schemaVersion
    self.layouts = layouts
  }

  /// The same for a server with data frames: with the records of this version.
  public func withRecords() -> ServiceDescription {
    ServiceDescription(
      protocolVersion: protocolVersion, methods: methods,
      schemaVersion: RecordFormat.schemaVersion, layouts: RecordLayout.all)
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
    guard let schemaVersion else { return bytes }
    bytes.appendInteger(schemaVersion)
    bytes.appendInteger(UInt16(truncatingIfNeeded: layouts.count))
    for layout in layouts { layout.append(to: &bytes) }
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
      layouts = []
      guard reader.remaining > 0 else { return }
      schemaVersion = try reader.integer(UInt16.self)
      let layoutCount: UInt16 = try reader.integer()
      for _ in 0..<layoutCount { layouts.append(try RecordLayout(&reader)) }
    } catch {
      throw CallError(.internalError, "the reply to describe is damaged")
    }
  }
}
