import BinaryProtocol
import Synchronization

/// A server and a client joined in memory, on a clock that a test turns.
struct LoopbackWorld {
  let clock = VirtualClock()
  let server: CallServer
  let client: CallClient
  /// The client's end of the line.
  let line: LoopbackTransport
  let serving: Task<CloseReason, Never>
  /// Signals from handlers to the test.
  let signals: Signals

  init(
    limits: ConnectionLimits = ConnectionLimits(), budget: WriteBudget = WriteBudget(),
    seed: UInt64? = nil
  ) async throws {
    let signals = Signals()
    self.signals = signals
    server = CallServer(
      identity: ServerWire.identity, router: Self.router(signals), limits: limits, clock: clock)
    let random = Mutex(SeededRandom(seed: seed ?? 0))
    let (near, far) = LoopbackTransport.pair(budget: budget) { count in
      seed == nil ? count : random.withLock { Int.random(in: 1...min(count, 50), using: &$0) }
    }
    line = near
    let server = server
    serving = Task { await server.serve(far, peer: PeerIdentity(address: "loopback")) }
    client = try await CallClient.connect(
      over: near, clock: clock, options: ClientOptions(clientName: "test"))
  }

  private static func router(_ signals: Signals) -> CallRouter {
    var router = CallRouter()
    router.unary("echo", summary: "Returns its request.") { _, payload in payload }
    router.unary("fail", summary: "Fails with advice.") { _, _ in
      throw CallError(.notFound, "no plugin bars", hint: "list shows them", details: [1])
    }
    router.unary("crash", summary: "Fails with an error of its own.") { _, _ in
      throw SomeError.broken
    }
    router.unary("forever", summary: "Answers when it is cancelled.") { _, _ in
      signals.send("started")
      let never = AsyncStream<Void>.makeStream()
      for await _ in never.stream {}
      signals.send("stopped")
      try Task.checkCancellation()
      return []
    }
    router.streaming("count", summary: "Counts.") { context, payload, responder in
      for value in 0..<(payload.first ?? 0) {
        try await responder.send([value] + [UInt8](repeating: 0, count: 99))
      }
    }
    router.streaming("flood", summary: "Sends until it may not.") { _, _, responder in
      var sent = 0
      do {
        while true {
          try await responder.send([UInt8](repeating: 0, count: 100))
          sent += 1
        }
      } catch let error as CallError {
        signals.send("\(error.code) after \(sent)")
        throw error
      }
    }
    return router
  }

  enum SomeError: Error {
    case broken
  }

  /// What happened elsewhere, in order, for a test to wait for.
  final class Signals: Sendable {
    private let stream: AsyncStream<String>
    private let source: AsyncStream<String>.Continuation

    init() { (stream, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1000)) }

    func send(_ signal: String) { source.yield(signal) }

    func next() async -> String? {
      var iterator = stream.makeAsyncIterator()
      return await iterator.next()
    }
  }
}
