/// The batches of a subscription, for one consumer.
///
/// Credit is renewed as batches are taken, so that a slow consumer holds at most the window in
/// memory. When the connection is lost the stream goes on from its position on another one: no
/// event is missing or comes twice, or a gap says what is gone. It ends with an error when the
/// server refuses the request or ends the call, or when no connection can be made.
public struct FeedSubscription: AsyncSequence, Sendable {
  public typealias Element = FeedBatch
  public typealias Failure = CallError

  private let flow: FeedFlow

  init(_ flow: FeedFlow) { self.flow = flow }

  /// Names of what the events refer to.
  public var catalog: ClientCatalog { flow.catalog }

  public func makeAsyncIterator() -> Iterator { Iterator(flow: flow) }

  /// Ends the subscription now.
  public func cancel() async { await flow.cancel() }

  /// Changes the intervals while it runs; also kept for later connections. Throws
  /// `failedPrecondition` when it does not run.
  @discardableResult
  public func update(
    conflationNanos: UInt64? = nil, flushNanos: UInt64? = nil
  ) async throws(CallError) -> SubscriptionIntervals {
    try await flow.update(conflationNanos, flushNanos).get()
  }

  /// Takes batch after batch. Every iterator of a subscription takes from the same stream.
  public struct Iterator: AsyncIteratorProtocol {
    let flow: FeedFlow

    public mutating func next() async throws(CallError) -> FeedBatch? {
      try await flow.next().get()
    }

    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(CallError) -> FeedBatch? {
      try await flow.next().get()
    }
  }
}
