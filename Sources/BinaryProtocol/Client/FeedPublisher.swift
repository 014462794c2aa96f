public import EngineCore

/// Publishes events into an engine. Ids are the publisher's own: `define` gives them.
///
/// Events that the server has not acknowledged are kept, within a limit at which `publish` waits,
/// and sent again when the connection is lost. A server that knows the publisher again takes none
/// twice; one that was restarted is sent what it had not acknowledged. Dropping the publisher ends
/// it without waiting; `finish` waits.
public final class FeedPublisher: Sendable {
  private let flow: PublisherFlow

  init(request: PublishRequest, owner: FeedClient) {
    flow = PublisherFlow(request: request, owner: owner)
  }

  deinit {
    let flow = flow
    Task { await flow.cancel() }
  }

  /// The id of an instrument for the events to come; the same for the same key.
  public func define(_ instrument: Instrument) async -> InstrumentID {
    await flow.define(instrument)
  }

  /// The id of a bar spec; nil past 65,535 of them.
  public func define(spec: String) async -> SpecID? { await flow.define(spec: spec) }

  /// The id of a source; nil past 65,535 of them. Events without one have the publisher's name.
  public func define(source: String) async -> SourceID? { await flow.define(source: source) }

  /// Takes events to be sent, in order; waits while the buffer is full. Returns the sequence of the
  /// last one: they are numbered from 1. One task publishes at a time.
  @discardableResult
  public func publish(_ events: [Event]) async throws(CallError) -> UInt64 {
    try await flow.publish(events).get()
  }

  /// Waits until everything that was published is taken or rejected.
  @discardableResult
  public func flush() async throws(CallError) -> PublisherState.Progress {
    try await flow.flush().get()
  }

  /// Waits as `flush` does and ends the call; nothing may be published after it.
  @discardableResult
  public func finish() async throws(CallError) -> PublisherState.Progress {
    try await flow.finish().get()
  }

  /// What the server said last.
  public func progress() async -> PublisherState.Progress { await flow.progress }

  /// Rejects since the last time this was asked: at most 1,024; of others only the number is known.
  public func takeRejects() async -> (listed: [PublishAcknowledgement.Reject], others: UInt64) {
    await flow.takeRejects()
  }
}
