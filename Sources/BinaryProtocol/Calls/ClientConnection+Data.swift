/// Data frames of a client: in from subscriptions, and out of publishers.
extension ClientConnection {
  /// Sends one data frame on a call. The caller keeps to the credit that the method's messages
  /// give. Nothing happens when the call is over.
  public mutating func sendData(
    _ payload: [UInt8], isCompressed: Bool = false, isLast: Bool = false, on stream: UInt32
  ) -> [ClientAction] {
    guard streams[stream] != nil, negotiated.contains(.data) else { return [] }
    let flags =
      (isCompressed ? FrameFlags.compressed : 0) | (isLast ? FrameFlags.lastData : 0)
    emit(.data(stream: stream, flags: flags, payload: payload))
    return takeActions()
  }

  mutating func take(_ frame: DataFrame, now: Int64) {
    guard phase == .open || phase == .draining, negotiated.contains(.data), !frame.isLast else {
      return fail(.protocolError, "data frame is not allowed here")
    }
    guard !frame.isCompressed || negotiated.contains(.zlib) else {
      return fail(.protocolError, "compressed data frame without the capability")
    }
    guard isKnown(frame.stream, .data), let known = streams[frame.stream] else { return }
    guard known.takesData else {
      return fail(.protocolError, "data on stream \(frame.stream), whose method has none")
    }
    guard known.creditBytes > 0 else {
      return fail(.protocolError, "data on stream \(frame.stream) without credit")
    }
    streams[frame.stream]?.creditBytes -= Int64(frame.payload.count + WireFormat.headerBytes)
    streams[frame.stream]?.lastHeard = now
    actions.append(.data(frame))
  }
}
