internal import ZlibStreams

/// Inflates the messages of one side of a connection, as their bytes come.
struct MessageInflater {
  private let windowBits: Int
  private let keepsContext: Bool
  private let limits: WebSocketLimits
  /// There is one only while it is needed: it costs 10 KiB and the window.
  private var stream: InflateStream?
  /// Compressed bytes that the frames of the message under way have announced. What it may grow to
  /// follows from these, not from what has come: so it is the same in whatever pieces they come.
  private var announced = 0
  /// The bytes so far end with the end of a stream, so that what follows begins another.
  private var isBetweenStreams = false

  /// For what the other side of `role` sends.
  init(_ agreement: DeflateAgreement, from role: WebSocketRole, limits: WebSocketLimits) {
    let sender: WebSocketRole = role == .server ? .client : .server
    keepsContext = agreement.keepsContext(sender)
    // Compressors that were told 8 bits may be zlib's, which then uses 9.
    windowBits = max(agreement.windowBits(sender), 9)
    self.limits = limits
  }

  /// Begins a frame of the message with that many bytes.
  mutating func begin(byteCount: Int) {
    let (sum, overflow) = announced.addingReportingOverflow(byteCount)
    announced = overflow ? .max : sum
  }

  /// Appends what the bytes stand for; before an error, all that comes before the fault.
  mutating func take(_ bytes: RawSpan, to message: inout [UInt8]) throws(WebSocketError) {
    try inflate(bytes, to: &message)
  }

  /// Ends a message: the sender has left out the last four bytes of its flush.
  mutating func finish(to message: inout [UInt8]) throws(WebSocketError) {
    let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
    if !isBetweenStreams { try inflate(tail.raw, to: &message) }
    announced = 0
    isBetweenStreams = false
    if !keepsContext { stream = nil }
  }

  private mutating func inflate(
    _ bytes: RawSpan, to message: inout [UInt8]
  ) throws(WebSocketError) {
    let stream = self.stream ?? InflateStream(format: .raw, windowBits: windowBits)
    self.stream = stream
    let (product, overflow) = announced.multipliedReportingOverflow(by: limits.expansion)
    let grown = overflow ? Int.max : max(product, limits.expansionFloorBytes)
    let limit = min(limits.messageBytes, grown)
    var position = 0
    while position < bytes.byteCount {
      let before = position
      isBetweenStreams = false
      // One byte beyond the limit, so that a message that fills it is no fault.
      let outcome = stream.append(
        bytes, &position, limit: max(limit - message.count, 0) + 1,
        chunk: 4 * (bytes.byteCount - position), to: &message)
      guard message.count <= limit else { throw tooBig(limit) }
      switch outcome {
      case .starved: return
      case .full: throw tooBig(limit)
      case .ended:
        guard position > before else { throw Self.damaged }
        stream.resetKeepingWindow()
        isBetweenStreams = true
      case .damaged: throw Self.damaged
      }
    }
  }

  private static let damaged = WebSocketError(
    .invalidPayload, "a compressed message that cannot be inflated")

  private func tooBig(_ limit: Int) -> WebSocketError {
    limit == limits.messageBytes
      ? WebSocketError(.tooBig, "a message of more than \(limit) bytes")
      : WebSocketError(.tooBig, "a message that grows more than \(limits.expansion) times")
  }
}
