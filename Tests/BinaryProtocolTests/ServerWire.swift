import BinaryProtocol
import Testing

/// A server's connection after the handshake, driven by frames.
struct ServerWire {
  var connection: ServerConnection

  static let identity = ServerIdentity(name: "test", version: "1", pid: 1, epoch: 1)

  init(limits: ConnectionLimits = ConnectionLimits(), now: Int64 = 0) throws {
    connection = ServerConnection(identity: Self.identity, limits: limits, now: now)
    let hello = Frame.hello(Hello(maxFrameBytes: 1 << 20, clientName: "c"))
    let actions = connection.received(FrameEncoder.encode(hello), now: now)
    try #require(actions.contains(.opened(clientName: "c")))
  }

  mutating func receive(_ frames: Frame..., now: Int64 = 0) -> [ServerAction] {
    connection.received(frames.flatMap { FrameEncoder.encode($0) }, now: now)
  }

  /// Opens a stream and expects it to start.
  mutating func open(
    _ stream: UInt32, credit: UInt32 = 0, timeoutNanos: UInt64 = 0, now: Int64 = 0
  ) throws {
    let actions = receive(
      .call(
        stream: stream,
        CallRequest(
          method: "m", timeoutNanos: timeoutNanos, initialCreditBytes: credit, isUnary: false)),
      now: now)
    guard case .startCall? = actions.last else {
      Issue.record("stream \(stream) did not start: \(actions)")
      return
    }
  }
}

extension [ServerAction] {
  /// The frames these actions send.
  var frames: [Frame] {
    get throws {
      var decoder = FrameDecoder(maxPayloadBytes: .max)
      var frames: [Frame] = []
      for case .send(let bytes) in self { decoder.append(bytes) }
      while let frame = try decoder.next() { frames.append(frame) }
      return frames
    }
  }

  /// Why the connection closes; nil when it does not.
  var closeCode: CloseCode? {
    for case .close(let reason) in self { return reason.code }
    return nil
  }

  /// The statuses these actions send, by stream.
  var statuses: [UInt32: StatusCode] {
    get throws {
      var statuses: [UInt32: StatusCode] = [:]
      for case .status(let stream, let status) in try frames { statuses[stream] = status.code }
      return statuses
    }
  }
}

extension [ClientAction] {
  /// The frames these actions send.
  var frames: [Frame] {
    get throws {
      var decoder = FrameDecoder(maxPayloadBytes: .max)
      var frames: [Frame] = []
      for case .send(let bytes) in self { decoder.append(bytes) }
      while let frame = try decoder.next() { frames.append(frame) }
      return frames
    }
  }
}
