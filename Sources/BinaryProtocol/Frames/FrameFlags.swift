/// Flag bits of the header, by the frame type that defines them.
public enum FrameFlags {
  /// On `message`: the last of its stream, which ends with status `ok`.
  public static let end: UInt8 = 0x01
  /// On `call`: the caller expects exactly one reply.
  public static let unary: UInt8 = 0x01
  /// On `data`: a size and a zlib stream instead of records.
  public static let compressed: UInt8 = 0x01
  /// On `data` from a client: its last data of the call.
  public static let lastData: UInt8 = 0x02
}
