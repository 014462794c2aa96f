/// The fixed numbers of the wire format.
public enum WireFormat {
  /// Bytes of the header in front of each payload.
  public static let headerBytes = 12
  /// The first bytes of a `hello` payload: "TKWR".
  public static let magic: [UInt8] = [0x54, 0x4B, 0x57, 0x52]
  /// The versions that this code speaks.
  public static let versions: ClosedRange<UInt16> = 1...1
  /// No side may announce a smaller frame limit, so that control frames fit everywhere.
  public static let leastFrameBytes: UInt32 = 16_384
  /// Largest payload before the handshake is over.
  public static let handshakeFrameBytes: UInt32 = 4_096
  /// Longest method name, in bytes of UTF-8.
  public static let methodBytesMax = 255
  /// Most metadata pairs of one call.
  public static let metadataPairsMax = 64
  /// Longest metadata key or value, in bytes of UTF-8.
  public static let metadataBytesMax = 4_096
  /// Longest message or hint that this code puts in a status or GOAWAY, in bytes; longer text is
  /// cut.
  public static let textBytesMax = 1_024
}
