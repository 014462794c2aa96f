/// The messages of a streaming call, for one consumer.
///
/// Credit is renewed as messages are taken, so that a slow consumer holds at most the window in
/// memory. The call is cancelled when the stream and its iterators are dropped, or the task is
/// cancelled.
public struct CallStream: AsyncSequence, Sendable {
  public typealias Element = [UInt8]
  public typealias Failure = CallError

  private let lease: StreamLease

  init(client: CallClient, stream: UInt32) {
    lease = StreamLease(client: client, stream: stream)
  }

  public func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

  /// Cancels the call now.
  public func cancel() async { await lease.session.cancel(lease.stream) }

  /// Takes message after message. Every iterator of a stream takes from the same call.
  public struct Iterator: AsyncIteratorProtocol {
    let lease: StreamLease

    public mutating func next() async throws(CallError) -> [UInt8]? {
      try await take()
    }

    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(CallError) -> [UInt8]? {
      try await take()
    }

    private func take() async throws(CallError) -> [UInt8]? {
      let lease = lease
      let result = await withTaskCancellationHandler {
        await lease.session.next(lease.stream)
      } onCancel: {
        Task { await lease.session.cancel(lease.stream) }
      }
      guard let item = try result.get() else { return nil }
      guard case .message(let message) = item else {
        throw CallError(.internalError, "data on a call that takes none")
      }
      return message
    }
  }
}
