/// Turns frames into bytes. Total: every frame has an encoding.
///
/// Text longer than 65,535 bytes is cut at a character boundary; the connections check the fields
/// that a cut would change the meaning of (method, metadata) before they get here.
public enum FrameEncoder {
  /// The bytes of one frame.
  public static func encode(_ frame: Frame) -> [UInt8] {
    var bytes: [UInt8] = []
    append(frame, to: &bytes)
    return bytes
  }

  /// Appends the bytes of one frame.
  public static func append(_ frame: Frame, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.appendInteger(UInt32(0))
    bytes.append(frame.type.rawValue)
    bytes.append(flags(of: frame))
    bytes.appendInteger(UInt16(0))
    bytes.appendInteger(frame.streamID)
    appendPayload(of: frame, to: &bytes)
    bytes.patch(UInt32(bytes.count - start - WireFormat.headerBytes), at: start)
  }

  /// Appends the header of a data frame: its payload follows, from wherever it is.
  public static func appendDataHeader(
    stream: UInt32, payloadBytes: Int, isCompressed: Bool = false, isLast: Bool = false,
    to bytes: inout [UInt8]
  ) {
    let flags =
      (isCompressed ? FrameFlags.compressed : 0) | (isLast ? FrameFlags.lastData : 0)
    bytes.appendInteger(
      UInt64(UInt32(payloadBytes)) | UInt64(FrameType.data.rawValue) << 32 | UInt64(flags) << 40)
    bytes.appendInteger(stream)
  }

  /// The same into a buffer with room for 12 bytes.
  public static func appendDataHeader(
    stream: UInt32, payloadBytes: Int, isCompressed: Bool = false, isLast: Bool = false,
    to output: inout OutputRawSpan
  ) {
    let flags =
      (isCompressed ? FrameFlags.compressed : 0) | (isLast ? FrameFlags.lastData : 0)
    let count = UInt32(payloadBytes)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      output.append(UInt8(truncatingIfNeeded: count >> shift))
    }
    output.append(FrameType.data.rawValue)
    output.append(flags)
    output.append(0)
    output.append(0)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      output.append(UInt8(truncatingIfNeeded: stream >> shift))
    }
  }

  private static func flags(of frame: Frame) -> UInt8 {
    switch frame {
    case .call(_, let request): request.isUnary ? FrameFlags.unary : 0
    case .message(_, _, let isLast): isLast ? FrameFlags.end : 0
    case .data(_, let flags, _): flags
    default: 0
    }
  }

  private static func appendPayload(of frame: Frame, to bytes: inout [UInt8]) {
    switch frame {
    case .hello(let hello): append(hello, to: &bytes)
    case .helloAck(let ack): append(ack, to: &bytes)
    case .call(_, let request): append(request, to: &bytes)
    case .message(_, let payload, _), .data(_, _, let payload):
      bytes.append(contentsOf: payload)
    case .status(_, let status):
      bytes.append(status.code.rawValue)
      bytes.append(0)
      bytes.appendText(status.message)
      bytes.appendText(status.hint)
      bytes.append(contentsOf: status.details)
    case .cancel: break
    case .credit(_, let credit): bytes.appendInteger(credit)
    case .ping(let value), .pong(let value): bytes.appendInteger(value)
    case .goAway(let notice):
      bytes.appendInteger(notice.lastStreamID)
      bytes.append(notice.code)
      bytes.append(0)
      bytes.appendText(notice.text)
    }
  }

  private static func append(_ hello: Hello, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: WireFormat.magic)
    bytes.appendInteger(hello.versions.lowerBound)
    bytes.appendInteger(hello.versions.upperBound)
    bytes.appendInteger(hello.capabilities)
    bytes.appendInteger(hello.maxFrameBytes)
    bytes.appendText(hello.clientName)
  }

  private static func append(_ ack: HelloAck, to bytes: inout [UInt8]) {
    bytes.appendInteger(ack.version)
    bytes.appendInteger(UInt16(0))
    bytes.appendInteger(ack.capabilities)
    bytes.appendInteger(ack.maxFrameBytes)
    bytes.appendInteger(ack.maxStreams)
    bytes.appendInteger(ack.maxCreditBytes)
    bytes.appendInteger(ack.keepAliveIntervalMillis)
    bytes.appendInteger(ack.keepAliveTimeoutMillis)
    bytes.appendInteger(ack.server.pid)
    bytes.appendInteger(ack.server.epoch)
    bytes.appendText(ack.server.name)
    bytes.appendText(ack.server.version)
  }

  private static func append(_ request: CallRequest, to bytes: inout [UInt8]) {
    bytes.appendInteger(request.timeoutNanos)
    bytes.appendInteger(request.initialCreditBytes)
    bytes.appendInteger(UInt16(truncatingIfNeeded: request.metadata.count))
    bytes.appendText(request.method)
    for pair in request.metadata {
      bytes.appendText(pair.key)
      bytes.appendText(pair.value)
    }
    bytes.append(contentsOf: request.payload)
  }
}
