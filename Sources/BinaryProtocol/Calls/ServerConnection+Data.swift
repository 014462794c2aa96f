/// Data frames: out of bytes that the owner shares among connections, and in from publishers.
extension ServerConnection {
  /// Bytes that may be sent on a call before its client gives more; 0 or less: wait. Nil when the
  /// call is over.
  public func creditBytes(of stream: UInt32) -> Int64? {
    guard let known = streams[stream], known.ended == nil else { return nil }
    return known.creditBytes
  }

  /// Asks to send one data frame whose payload has so many bytes. When it is granted the owner
  /// writes the header (`FrameEncoder.appendDataHeader`) and the payload itself. On `wait` a
  /// `resume` action follows when it is worth trying again.
  ///
  /// A frame may be sent while the stream's credit is above zero; it costs its payload and header.
  public mutating func spend(_ payloadBytes: Int, on stream: UInt32) -> SpendOutcome {
    guard let index = streams.index(of: stream) else {
      return .ended(CallError(.unavailable, "the connection ended"))
    }
    if let ended = streams[at: index].ended { return .ended(ended) }
    guard negotiated.contains(.data) else {
      return .ended(CallError(.failedPrecondition, "the client takes no data frames"))
    }
    guard payloadBytes <= Int(peerFrameBytes) else { return .tooLarge(limit: peerFrameBytes) }
    guard isWritable, streams[at: index].creditBytes > 0 else {
      streams[at: index].isWaiting = true
      return .wait
    }
    streams[at: index].creditBytes -= Int64(payloadBytes + WireFormat.headerBytes)
    return .granted
  }

  /// Lets a client send so many bytes more of data on a call, and says with the first grant, which
  /// may be of 0, that the call takes data. The client learns of it by a message of the method.
  public mutating func grant(_ bytes: UInt32, on stream: UInt32) {
    guard let known = streams[stream], known.ended == nil else { return }
    streams[stream]?.intakeBytes = (known.intakeBytes ?? 0) + Int64(bytes)
  }

  mutating func take(_ frame: DataFrame) {
    guard phase == .open || isDraining, negotiated.contains(.data) else {
      return fail(.protocolError, "data frame is not allowed here")
    }
    guard !frame.isCompressed || negotiated.contains(.zlib) else {
      return fail(.protocolError, "compressed data frame without the capability")
    }
    guard isKnown(frame.stream, .data), let index = streams.index(of: frame.stream),
      streams[at: index].ended == nil
    else { return }
    let refusal: CallError
    switch streams[at: index].intakeBytes {
    case nil: refusal = CallError(.unimplemented, "this method takes no data")
    case _ where streams[at: index].isIntakeOver:
      refusal = CallError(.invalidArgument, "data after the last data frame")
    case let credit? where credit <= 0:
      refusal = CallError(.invalidArgument, "data without credit")
    case let credit?:
      streams[at: index].intakeBytes =
        credit - Int64(frame.payload.count + WireFormat.headerBytes)
      streams[at: index].isIntakeOver = frame.isLast
      actions.append(.data(frame))
      return
    }
    end(frame.stream, refusal, tellClient: true)
    closeIfDrained()
  }

  private var isDraining: Bool {
    if case .draining = phase { true } else { false }
  }
}
