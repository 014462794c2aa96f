import BinaryProtocol
import Synchronization

/// A feed and a client of it, over lines in memory that split bytes anywhere.
struct FeedWorld {
  let feed: ModelFeed
  let clock = ImpatientClock()
  let client: FeedClient
  /// Connections that were made.
  let dials: Dials

  final class Dials: Sendable {
    private let state = Mutex<(count: Int, refused: Int)>((0, 0))
    var count: Int { state.withLock { $0.count } }

    /// Makes the next attempts to connect fail.
    func refuse(_ count: Int) { state.withLock { $0.refused = count } }

    func next() throws(CallError) {
      let isRefused = state.withLock { state in
        state.count += 1
        state.refused -= 1
        return state.refused >= 0
      }
      if isRefused { throw CallError(.unavailable, "connection refused") }
    }
  }

  init(
    seed: UInt64, retained: UInt64 = 60, windowBytes: UInt32 = 2_000,
    reconnect: ReconnectPolicy = ReconnectPolicy(firstNanos: 100, maxNanos: 1_000),
    feedToken: String? = nil, token: String? = nil
  ) async throws {
    let feed = ModelFeed(seed: seed, retained: retained, token: feedToken)
    let dials = Dials()
    let random = Mutex(SeededRandom(seed: seed &+ 1))
    var options = FeedOptions(
      client: ClientOptions(
        clientName: "test", limits: ModelFeed.limits, streamWindowBytes: windowBytes),
      token: token, reconnect: reconnect, publishBufferBytes: 4_096, seed: seed)
    options.silenceNanos = 0
    self.feed = feed
    self.dials = dials
    client = try await FeedClient.connect(options: options, clock: clock) {
      () async throws(CallError) in
      try dials.next()
      let (near, far) = LoopbackTransport.pair { count in
        random.withLock { Int.random(in: 1...min(count, 400), using: &$0) }
      }
      Task { await feed.serve(far) }
      return near
    }
  }
}
