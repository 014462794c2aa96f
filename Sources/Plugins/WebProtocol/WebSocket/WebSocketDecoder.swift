/// Reads frames and puts messages together: a value that bytes go into, in any pieces, and messages
/// come out of.
///
/// Payloads that are not masked and lie whole in the input are handed on where they are; masked
/// ones are unmasked into memory that is used again. Every fault is found as early as the bytes
/// allow.
public struct WebSocketDecoder {
  private let role: WebSocketRole
  private let limits: WebSocketLimits
  private var inflater: MessageInflater?

  /// The beginning of a header whose end has not come.
  private var held: [UInt8] = []
  // The frame that is being read; nil between two.
  private var header: WebSocketFrameHeader?
  private var remaining = 0
  /// Offset of the next payload byte within its frame, for the mask.
  private var offset = 0

  // The message that is being put together.
  private var kind: WebSocketMessage.Kind?
  private var isCompressed = false
  private var fragments = 0
  private var message: [UInt8] = []
  private var scratch: [UInt8] = []
  private var control: [UInt8] = []
  private var text = UTF8Checker()
  private var isDelivered = false
  private var isClosed = false

  /// A decoder of what the other side of `role` sends; with `deflate` when that was agreed.
  public init(
    role: WebSocketRole, limits: WebSocketLimits = WebSocketLimits(),
    deflate: DeflateAgreement? = nil
  ) {
    self.role = role
    self.limits = limits
    inflater = deflate.map { MessageInflater($0, from: role, limits: limits) }
  }

  /// Whether part of a message or frame is kept.
  public var isInMessage: Bool { kind != nil || header != nil || !held.isEmpty }

  /// Bytes of memory that are kept for the message under way.
  public var heldBytes: Int { message.capacity + scratch.capacity + control.capacity }

  /// Reads from `position` on up to the next message, control frame or the end of the input.
  ///
  /// - Throws: what was wrong; the decoder must not be used any more.
  public mutating func next(
    _ bytes: RawSpan, _ position: inout Int
  ) throws(WebSocketError) -> WebSocketItem? {
    releaseDelivered()
    while true {
      if isClosed {
        position = bytes.byteCount
        return nil
      }
      if header == nil {
        guard try readHeader(bytes, &position) else { return nil }
      }
      guard let header else { return nil }
      if let item = try readPayload(header, bytes, &position) { return item }
      guard self.header == nil else { return nil }
    }
  }

  /// Reads the bytes of a message that `next` has just returned for that input.
  public func withPayload<Result>(
    of message: WebSocketMessage, in input: RawSpan, _ body: (RawSpan) -> Result
  ) -> Result {
    switch message.payload {
    case .input(let range): return body(input.extracting(range))
    case .held: return body(self.message.raw)
    }
  }

  /// Gives up the memory of a message that was handed over, beyond what is kept for the next one.
  mutating func releaseDelivered() {
    guard isDelivered else { return }
    isDelivered = false
    message.removeAll(keepingCapacity: message.capacity <= limits.retainedBytes)
    if scratch.capacity > limits.retainedBytes { scratch = [] }
  }

  // MARK: - Headers

  /// Reads a header; false when its end has not come.
  private mutating func readHeader(
    _ bytes: RawSpan, _ position: inout Int
  ) throws(WebSocketError) -> Bool {
    let available = bytes.byteCount - position
    if held.isEmpty, available >= 2 {
      let count = WebSocketFrameHeader.byteCount(second: bytes.byte(at: position + 1))
      if available >= count {
        try check(first: bytes.byte(at: position), second: bytes.byte(at: position + 1))
        let header = WebSocketFrameHeader(bytes, at: position)
        position += count
        try begin(header)
        return true
      }
    }
    while position < bytes.byteCount {
      held.append(bytes.byte(at: position))
      position += 1
      guard held.count >= 2 else { continue }
      if held.count == 2 { try check(first: held[0], second: held[1]) }
      if held.count == WebSocketFrameHeader.byteCount(second: held[1]) {
        let header = WebSocketFrameHeader(held.raw, at: 0)
        held = []
        try begin(header)
        return true
      }
    }
    return false
  }

  /// What two bytes tell.
  private func check(first: UInt8, second: UInt8) throws(WebSocketError) {
    func fault(_ reason: String) -> WebSocketError { WebSocketError(.protocolError, reason) }
    guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else {
      throw fault("opcode \(first & 0x0F) is reserved")
    }
    let isFinal = first & 0x80 != 0
    if first & 0x30 != 0 { throw fault("reserved bits are set") }
    if first & 0x40 != 0 {
      guard inflater != nil else { throw fault("a compressed frame, but none were agreed on") }
      guard opcode == .text || opcode == .binary else {
        throw fault("only the first frame of a message may be marked as compressed")
      }
    }
    guard (second & 0x80 != 0) == (role == .server) else {
      throw fault(role == .server ? "a frame that is not masked" : "a masked frame")
    }
    if opcode.isControl {
      guard isFinal else { throw fault("a \(opcode) frame in pieces") }
      guard second & 0x7F <= 125 else { throw fault("a \(opcode) frame of more than 125 bytes") }
      if opcode == .close, second & 0x7F == 1 { throw fault("a close frame of one byte") }
      return
    }
    guard (opcode == .continuation) == (kind != nil) else {
      throw fault(
        kind == nil
          ? "a continuation of no message" : "a new message before the last one had ended")
    }
  }

  /// Begins a frame whose first bytes were checked.
  private mutating func begin(_ header: WebSocketFrameHeader) throws(WebSocketError) {
    guard header.isShortest, header.length <= UInt64(Int64.max) else {
      throw WebSocketError(.protocolError, "a length that is not written in the shortest form")
    }
    let length = Int(header.length)
    let opcode = header.opcode ?? .close
    if !opcode.isControl {
      guard length <= limits.frameBytes else {
        throw WebSocketError(
          .tooBig, "a frame of \(length) bytes, at most \(limits.frameBytes) are taken")
      }
      if opcode != .continuation {
        kind = opcode == .text ? .text : .binary
        isCompressed = header.isCompressed
        fragments = 0
      }
      fragments += 1
      guard fragments <= limits.fragments else {
        throw WebSocketError(.tooBig, "a message in more than \(limits.fragments) frames")
      }
      if isCompressed { inflater?.begin(byteCount: length) }
      if !isCompressed, length > limits.messageBytes - message.count {
        throw WebSocketError(
          .tooBig, "a message of more than \(limits.messageBytes) bytes")
      }
    }
    self.header = header
    remaining = length
    offset = 0
  }

  // MARK: - Payloads

  /// Takes what there is of the frame's payload; the item that it completes, if it does.
  private mutating func readPayload(
    _ header: WebSocketFrameHeader, _ bytes: RawSpan, _ position: inout Int
  ) throws(WebSocketError) -> WebSocketItem? {
    let count = min(remaining, bytes.byteCount - position)
    let range = position..<position + count
    let opcode = header.opcode ?? .close
    position += count
    if opcode.isControl {
      Masking.append(
        bytes.extracting(range), key: header.mask ?? 0, phase: offset, to: &control)
      offset += count
      remaining -= count
      return remaining == 0 ? try finishControl(opcode) : nil
    }
    if header.mask == nil, !isCompressed, header.isFinal, fragments == 1, count == remaining,
      offset == 0, let kind
    {
      return try whole(kind, bytes.extracting(range), range)
    }
    try take(bytes.extracting(range), mask: header.mask)
    offset += count
    remaining -= count
    guard remaining == 0 else { return nil }
    self.header = nil
    return header.isFinal ? try finishMessage() : nil
  }

  /// A message that lies in the input as it is.
  private mutating func whole(
    _ kind: WebSocketMessage.Kind, _ payload: RawSpan, _ range: Range<Int>
  ) throws(WebSocketError) -> WebSocketItem {
    if kind == .text {
      guard text.take(payload), text.isComplete else { throw Self.notText }
    }
    header = nil
    remaining = 0
    self.kind = nil
    return .message(WebSocketMessage(kind: kind, payload: .input(range)))
  }

  /// Adds bytes of a frame to the message.
  private mutating func take(_ piece: RawSpan, mask: UInt32?) throws(WebSocketError) {
    guard isCompressed else {
      let before = message.count
      Masking.append(piece, key: mask ?? 0, phase: offset, to: &message)
      return try checkText(from: before)
    }
    guard let mask else {
      return try inflate { inflater, message throws(WebSocketError) in
        try inflater.take(piece, to: &message)
      }
    }
    var unmasked: [UInt8] = []
    swap(&unmasked, &scratch)
    unmasked.removeAll(keepingCapacity: true)
    Masking.append(piece, key: mask, phase: offset, to: &unmasked)
    try inflate { inflater, message throws(WebSocketError) in
      try inflater.take(unmasked.raw, to: &message)
    }
    swap(&unmasked, &scratch)
  }

  /// Has the inflater add to the message. Of two faults the one in the earlier byte is told: bytes
  /// in other pieces give the same error.
  private mutating func inflate(
    _ body: (inout MessageInflater, inout [UInt8]) throws(WebSocketError) -> Void
  ) throws(WebSocketError) {
    guard var inflater else { return }
    let before = message.count
    do throws(WebSocketError) {
      try body(&inflater, &message)
    } catch {
      try checkText(from: before)
      throw error
    }
    self.inflater = inflater
    try checkText(from: before)
  }

  private mutating func checkText(from start: Int) throws(WebSocketError) {
    guard kind == .text else { return }
    var text = text
    let isText = text.take(message.raw.extracting(start..<message.count))
    self.text = text
    guard isText else { throw Self.notText }
  }

  private mutating func finishMessage() throws(WebSocketError) -> WebSocketItem? {
    guard let kind else { return nil }
    if isCompressed {
      try inflate { inflater, message throws(WebSocketError) in
        try inflater.finish(to: &message)
      }
    }
    guard text.isComplete else { throw Self.notText }
    self.kind = nil
    isDelivered = true
    return .message(
      WebSocketMessage(kind: kind, payload: .held, wasCompressed: isCompressed))
  }

  private static let notText = WebSocketError(.invalidPayload, "text that is not UTF-8")

  private mutating func finishControl(
    _ opcode: WebSocketOpcode
  ) throws(WebSocketError) -> WebSocketItem {
    let payload = control
    control = []
    header = nil
    switch opcode {
    case .ping: return .ping(payload)
    case .pong: return .pong(payload)
    default: return try close(payload)
    }
  }

  private mutating func close(_ payload: [UInt8]) throws(WebSocketError) -> WebSocketItem {
    guard payload.count >= 2 else {
      isClosed = true
      return .close(nil, reason: "")
    }
    let code = WebSocketCloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
    guard code.isSendable else {
      throw WebSocketError(.protocolError, "close code \(code.rawValue) is not to be sent")
    }
    guard let reason = String(validating: payload[2...], as: UTF8.self) else {
      throw WebSocketError(.invalidPayload, "a close reason that is not UTF-8")
    }
    isClosed = true
    return .close(code, reason: reason)
  }
}
