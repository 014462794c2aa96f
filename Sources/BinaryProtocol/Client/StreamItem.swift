/// What a call's consumer takes.
enum StreamItem: Sendable {
  case message([UInt8])
  /// Records, or what they are compressed to.
  case data([UInt8], isCompressed: Bool)

  /// Bytes of the payload on the wire.
  var count: Int {
    switch self {
    case .message(let bytes), .data(let bytes, _): bytes.count
    }
  }
}
