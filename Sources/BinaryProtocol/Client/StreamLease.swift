/// Keeps a call alive as long as somebody may read it.
final class StreamLease: Sendable {
  /// Held, so that a stream outlives the last other reference to its client.
  private let client: CallClient
  let stream: UInt32

  var session: ClientSession { client.session }

  init(client: CallClient, stream: UInt32) {
    self.client = client
    self.stream = stream
  }

  deinit {
    let session = session
    let stream = stream
    Task { await session.release(stream) }
  }
}
