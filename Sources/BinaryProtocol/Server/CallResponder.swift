/// Where a streaming handler sends its messages.
public struct CallResponder: Sendable {
  let session: ServerSession
  let stream: UInt32

  /// Sends one message. Suspends while the caller has given no credit or the connection is full;
  /// throws when the call is over (cancelled, deadline, connection lost) or the message is too
  /// large. One task of a call sends at a time.
  public func send(_ message: [UInt8]) async throws(CallError) {
    if let error = await session.send(message, on: stream) { throw error }
  }
}
