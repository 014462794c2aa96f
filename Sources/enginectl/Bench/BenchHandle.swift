import BinaryProtocol
import NIOCore
import Transport

/// A connection of a load generator as the others see it.
struct BenchHandle<Client: BenchClient>: Sendable {
  private let socket: NIOLoopBound<BenchSocket<Client>>
  private let eventLoop: any EventLoop
  private let ready: EventLoopFuture<Void>

  /// Connects; `make` makes the client on the event loop.
  static func open(
    _ place: FeedPlace, on eventLoop: any EventLoop, make: @escaping @Sendable () -> Client
  ) async throws(CallError) -> BenchHandle {
    try await SocketClient.open(
      to: place.address, trust: place.trust, group: eventLoop
    ) { channel in
      let promise = channel.eventLoop.makePromise(of: Void.self)
      let timer = channel.eventLoop.scheduleTask(in: .seconds(10)) {
        promise.fail(CallError(.deadlineExceeded, "the server does not answer"))
      }
      promise.futureResult.whenComplete { _ in timer.cancel() }
      let socket = BenchSocket(make(), ready: promise)
      try channel.syncOptions?.setOption(
        .writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
      try channel.pipeline.syncOperations.addHandler(socket)
      return BenchHandle(
        socket: NIOLoopBound(socket, eventLoop: channel.eventLoop),
        eventLoop: channel.eventLoop, ready: promise.futureResult)
    }
  }

  /// Waits until the client is ready.
  func waitUntilReady() async throws(CallError) {
    do {
      try await ready.get()
    } catch let error as CallError {
      throw error
    } catch {
      throw CallError(.unavailable, "the connection ended before it was of use")
    }
  }

  /// What it counts, whether it is over, and why.
  func look() async -> (report: Client.Report, isOver: Bool, failure: CallError?)? {
    let socket = socket
    // An event loop that was shut down has nothing to say.
    return try? await eventLoop.submit {
      let client = socket.value.client
      return (client.report, client.isOver, client.failure)
    }.get()
  }

  func change(_ body: @escaping @Sendable (inout Client) -> Void) {
    let socket = socket
    eventLoop.execute { socket.value.change(body) }
  }

  func close() {
    let socket = socket
    eventLoop.execute { socket.value.close() }
  }
}
