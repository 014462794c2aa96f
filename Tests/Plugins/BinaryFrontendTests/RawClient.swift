import BinaryProtocol
import Synchronization
import Transport

/// A client on a real socket that sends what it likes and reads when it likes.
final class RawClient: Sendable {
  /// Another frame than the test waits for.
  struct Unexpected: Error {}

  private let transport: SocketTransport
  private let decoder = Mutex(FrameDecoder(maxPayloadBytes: 1 << 20))

  init(_ transport: SocketTransport) { self.transport = transport }

  deinit { transport.close(flushing: false) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> TransportSendOutcome { transport.send(bytes) }

  @discardableResult
  func send(_ frames: Frame...) -> TransportSendOutcome {
    send(frames.flatMap { FrameEncoder.encode($0) })
  }

  /// Starts a call.
  @discardableResult
  func call(
    _ method: String, _ payload: [UInt8] = [], on stream: UInt32, credit: UInt32 = 0,
    isUnary: Bool = false, metadata: [MetadataPair] = []
  ) -> TransportSendOutcome {
    send(
      .call(
        stream: stream,
        CallRequest(
          method: method, initialCreditBytes: credit, isUnary: isUnary, metadata: metadata,
          payload: payload)))
  }

  /// The next frame; nil when the server has closed.
  func next() async throws -> Frame? {
    while true {
      if let frame = try decoder.withLock({ try $0.next() }) { return frame }
      switch await transport.receive() {
      case .bytes(let bytes): decoder.withLock { $0.append(bytes) }
      case .writable: break
      case .closed: return nil
      }
    }
  }

  /// The next frame that is neither a ping nor one of those to be passed over.
  func next(but skipped: FrameType...) async throws -> Frame? {
    while let frame = try await next() {
      if !skipped.contains(frame.type) { return frame }
    }
    return nil
  }

  /// The code of the GOAWAY that comes next, behind which the server closes.
  func farewell() async throws -> CloseCode? {
    guard case .goAway(let notice)? = try await next(but: .data, .message, .status, .ping) else {
      return nil
    }
    while let frame = try await next() {
      if frame.type == .goAway { throw Unexpected() }
    }
    return CloseCode(rawValue: notice.code)
  }

  /// How a call ended.
  func status(of stream: UInt32) async throws -> CallStatus? {
    while let frame = try await next() {
      if case .status(stream, let status) = frame { return status }
    }
    return nil
  }

  /// Begins a `publish` call and takes its first acknowledgement.
  func publish(
    as name: String = "raw", on stream: UInt32 = 1, credit: UInt32 = 1 << 20,
    metadata: [MetadataPair] = []
  ) async throws -> PublishAcknowledgement {
    call(
      PublishRequest.method, PublishRequest(name: name, instance: 0).encoded, on: stream,
      credit: credit, metadata: metadata)
    guard case .message(stream, let payload, _)? = try await next() else { throw Unexpected() }
    return try PublishAcknowledgement(decoding: payload)
  }

  /// Begins a `subscribe` call and takes the answer.
  func subscribe(
    _ request: SubscribeRequest, on stream: UInt32 = 1, credit: UInt32 = 1 << 20
  ) async throws -> SubscribeAnswer {
    call(SubscribeRequest.method, request.encoded, on: stream, credit: credit)
    // Other subscriptions of the connection go on meanwhile.
    guard case .message(stream, let payload, _)? = try await next(but: .data, .ping) else {
      throw Unexpected()
    }
    return try SubscribeAnswer(decoding: payload)
  }

  /// Closes without a word.
  func cut() { transport.close(flushing: false) }
}
