import BinaryProtocol

extension Frame {
  /// Any frame that may be on the wire.
  static func random(using random: inout SeededRandom) -> Frame {
    let stream = UInt32.random(in: 1 ... .max, using: &random)
    let payload = random.bytes(Int.random(in: 0...300, using: &random))
    switch Int.random(in: 0..<11, using: &random) {
    case 0:
      let least = UInt16.random(in: 0...9, using: &random)
      return .hello(
        Hello(
          versions: least...UInt16.random(in: least...20, using: &random),
          capabilities: random.next(), maxFrameBytes: .random(in: 16_384 ... .max, using: &random),
          clientName: random.text(20)))
    case 1: return .helloAck(.random(using: &random))
    case 2:
      return .call(
        stream: stream,
        CallRequest(
          method: "m" + random.text(9), timeoutNanos: random.next(),
          initialCreditBytes: .random(in: 0 ... .max, using: &random),
          isUnary: random.chance(50),
          metadata: (0..<Int.random(in: 0...5, using: &random)).map { _ in
            MetadataPair(random.text(4), random.text(8))
          }, payload: payload))
    case 3: return .message(stream: stream, payload: payload, isLast: random.chance(30))
    case 4:
      return .status(
        stream: stream,
        CallStatus(
          code: StatusCode.allCases.randomElement(using: &random) ?? .ok,
          message: random.text(30), hint: random.text(5), details: payload))
    case 5: return .cancel(stream: stream)
    case 6: return .credit(stream: stream, bytes: .random(in: 1 ... .max, using: &random))
    case 7: return .ping(random.next())
    case 8: return .pong(random.next())
    case 9:
      return .goAway(
        GoAway(lastStreamID: stream, code: payload.first ?? 0, text: random.text(40)))
    default:
      return .data(stream: stream, flags: UInt8(payload.count % 4), payload: payload)
    }
  }
}

extension HelloAck {
  static func random(using random: inout SeededRandom) -> HelloAck {
    HelloAck(
      version: .random(in: 0...9, using: &random), capabilities: random.next(),
      maxFrameBytes: .random(in: 16_384 ... .max, using: &random),
      maxStreams: .random(in: 0 ... .max, using: &random),
      maxCreditBytes: .random(in: 0 ... .max, using: &random),
      keepAliveIntervalMillis: .random(in: 0 ... .max, using: &random),
      keepAliveTimeoutMillis: .random(in: 0 ... .max, using: &random),
      server: ServerIdentity(
        name: random.text(9), version: random.text(5),
        pid: .random(in: 0 ... .max, using: &random), epoch: random.next()))
  }
}
