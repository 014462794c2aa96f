/// What handlers do: send, finish, wait for credit.
extension ServerConnection {
  /// Offers a message of a call. On `wait` a `resume` action follows when it is worth trying again.
  ///
  /// A message may be sent while the stream's credit is above zero; it costs its payload and
  /// header. The answer that a call begins with goes out behind a full socket too: a client has but
  /// one of them for a call of its own.
  public mutating func send(
    _ payload: [UInt8], on stream: UInt32, isAnswer: Bool = false
  ) -> SendOutcome {
    guard let known = streams[stream] else {
      return .ended(CallError(.unavailable, "the connection ended"))
    }
    if let ended = known.ended { return .ended(ended) }
    guard payload.count <= Int(peerFrameBytes) else { return .tooLarge(limit: peerFrameBytes) }
    guard isWritable || isAnswer, known.creditBytes > 0 else {
      streams[stream]?.isWaiting = true
      return .wait
    }
    streams[stream]?.creditBytes -= Int64(payload.count + WireFormat.headerBytes)
    return .send(
      FrameEncoder.encode(.message(stream: stream, payload: payload, isLast: false)))
  }

  /// Ends a call well, with a last message when there is one. The last message needs no credit.
  public mutating func finish(_ stream: UInt32, reply: [UInt8]?) -> [ServerAction] {
    guard let reply else { return finish(stream, with: .ok) }
    guard reply.count <= Int(peerFrameBytes) else {
      let error = CallError(
        .resourceExhausted,
        "the reply of \(reply.count) bytes is over the client's limit of \(peerFrameBytes)")
      return finish(stream, with: error.status)
    }
    return finish(stream, sending: .message(stream: stream, payload: reply, isLast: true))
  }

  /// Ends a call with a status.
  public mutating func finish(_ stream: UInt32, with status: CallStatus) -> [ServerAction] {
    finish(stream, sending: .status(stream: stream, status.bounded(frameBytes: peerFrameBytes)))
  }

  private mutating func finish(_ stream: UInt32, sending frame: Frame) -> [ServerAction] {
    guard let known = streams.removeValue(forKey: stream) else { return [] }
    if known.ended == nil {
      emit(frame)
      closeIfDrained()
    }
    return takeActions()
  }

  mutating func addCredit(_ bytes: UInt32, to stream: UInt32) {
    guard let known = streams[stream], known.ended == nil else { return }
    let credit = known.creditBytes + Int64(bytes)
    guard credit <= Int64(limits.maxCreditBytes) else {
      end(stream, creditError(credit), tellClient: true)
      return closeIfDrained()
    }
    streams[stream]?.creditBytes = credit
    resumeIfPossible(stream)
  }

  mutating func resumeIfPossible(_ stream: UInt32) {
    guard let known = streams[stream], known.isWaiting, known.ended == nil, isWritable,
      known.creditBytes > 0
    else { return }
    streams[stream]?.isWaiting = false
    actions.append(.resume(stream: stream))
  }

  /// Ends a stream for the client while its handler is told to stop.
  mutating func end(_ stream: UInt32, _ error: CallError, tellClient: Bool) {
    guard streams[stream]?.ended == nil, streams[stream] != nil else { return }
    streams[stream]?.ended = error
    if tellClient {
      emit(.status(stream: stream, error.status.bounded(frameBytes: peerFrameBytes)))
    }
    actions.append(.cancelCall(stream: stream, error))
  }
}
