/// What callers do: start a call, take messages, give up.
extension ClientConnection {
  /// Starts a call; the actions hold its bytes. Throws when it cannot go out as it is.
  ///
  /// `takesData` says that the server may answer with data frames. A call that has been silent for
  /// `silenceNanos` while it had credit ends with `unavailable`; 0 waits for ever.
  public mutating func startCall(
    _ request: CallRequest, takesData: Bool = false, silenceNanos: Int64 = 0, now: Int64
  ) throws(CallError) -> (stream: UInt32, actions: [ClientAction]) {
    guard phase == .open, let server else {
      throw closeReason.map { lost($0) } ?? CallError(.unavailable, "not connected")
    }
    try check(request, server)
    guard streams.count < Int(server.maxStreams) else {
      throw CallError(
        .resourceExhausted, "\(streams.count) calls are open, the server takes no more",
        hint: "wait for one to end")
    }
    guard lastStreamID < .max else {
      throw CallError(.unavailable, "this connection has used all its streams", hint: "reconnect")
    }
    lastStreamID += 1
    var bounded = request
    bounded.initialCreditBytes = min(request.initialCreditBytes, server.maxCreditBytes)
    let window = Int64(bounded.initialCreditBytes)
    streams[lastStreamID] = ClientStream(
      creditBytes: window, windowBytes: window,
      deadlineNanos: now.deadline(after: request.timeoutNanos), takesData: takesData,
      silenceNanos: silenceNanos, lastHeard: now)
    emit(.call(stream: lastStreamID, bounded))
    return (lastStreamID, takeActions())
  }

  /// The caller took a message of so many bytes: credit is renewed when half of the window is used.
  public mutating func consumed(
    _ payloadBytes: Int, on stream: UInt32, now: Int64? = nil
  ) -> [ClientAction] {
    guard var known = streams[stream] else { return [] }
    known.consumedBytes += Int64(payloadBytes + WireFormat.headerBytes)
    if known.consumedBytes * 2 >= known.windowBytes {
      let grant = UInt32(clamping: known.consumedBytes)
      emit(.credit(stream: stream, bytes: grant))
      // Only from here on could the server send.
      if known.creditBytes <= 0 { known.lastHeard = max(known.lastHeard, now ?? .min) }
      known.creditBytes += Int64(grant)
      known.consumedBytes -= Int64(grant)
    }
    streams[stream] = known
    return takeActions()
  }

  /// The caller is no longer interested.
  public mutating func cancel(_ stream: UInt32) -> [ClientAction] {
    abandon(stream, CallError(.cancelled, "cancelled by the caller"))
    return takeActions()
  }

  private func check(_ request: CallRequest, _ server: HelloAck) throws(CallError) {
    guard (1...WireFormat.methodBytesMax).contains(request.method.utf8.count) else {
      throw CallError(
        .invalidArgument,
        "method name of \(request.method.utf8.count) bytes, expected 1 to "
          + "\(WireFormat.methodBytesMax)")
    }
    guard request.metadata.count <= WireFormat.metadataPairsMax else {
      throw CallError(
        .invalidArgument,
        "\(request.metadata.count) metadata pairs, the limit is \(WireFormat.metadataPairsMax)")
    }
    var bytes = 16 + request.method.utf8.count + request.payload.count
    for pair in request.metadata {
      guard max(pair.key.utf8.count, pair.value.utf8.count) <= WireFormat.metadataBytesMax else {
        throw CallError(
          .invalidArgument, "metadata over \(WireFormat.metadataBytesMax) bytes")
      }
      bytes += 4 + pair.key.utf8.count + pair.value.utf8.count
    }
    guard bytes <= Int(server.maxFrameBytes) else {
      throw CallError(
        .resourceExhausted,
        "request of \(bytes) bytes, the server takes \(server.maxFrameBytes)")
    }
  }
}
