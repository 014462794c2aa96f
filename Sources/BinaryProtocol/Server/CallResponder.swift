/// Where a streaming handler sends its messages.
public struct CallResponder: Sendable {
  private let deliver: @Sendable ([UInt8]) async -> CallError?

  /// A responder whose messages go to `deliver`, which says why one could not be sent.
  public init(_ deliver: @escaping @Sendable ([UInt8]) async -> CallError?) {
    self.deliver = deliver
  }

  /// Sends one message. Suspends while the caller has given no credit or the connection is full;
  /// throws when the call is over (cancelled, deadline, connection lost) or the message is too
  /// large. One task of a call sends at a time.
  public func send(_ message: [UInt8]) async throws(CallError) {
    if let error = await deliver(message) { throw error }
  }
}
