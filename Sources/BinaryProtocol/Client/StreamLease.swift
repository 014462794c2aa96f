/// Keeps a call alive as long as somebody may read it.
final class StreamLease: Sendable {
  let session: ClientSession
  let stream: UInt32

  init(session: ClientSession, stream: UInt32) {
    self.session = session
    self.stream = stream
  }

  deinit {
    let session = session
    let stream = stream
    Task { await session.release(stream) }
  }
}
