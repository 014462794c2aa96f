import BinaryProtocol
import EngineCore
import Journal
import NIOCore
import NIOPosix
import Support
import Testing
import Transport

@testable import BinaryFrontend

/// A whole engine with a binary frontend on a free port, and clients that talk to it.
final class FeedStage: Sendable {
  let engine: Engine
  let address: ListenAddress
  let group = MultiThreadedEventLoopGroup.singleton

  init(
    _ config: String = "", plugins: String = "", ring: Int = 16384,
    clock: any EngineClock = SystemClock()
  ) async throws {
    let types: [any Plugin.Type] = [
      BinaryFrontend.self, Journal.self, TickSource.self, CountingPlugin.self,
    ]
    let separator = config.isEmpty ? "" : ","
    let more = plugins.isEmpty ? "" : ",\(plugins)"
    let text = """
      {"engine":{"seed":1,"ring":\(ring)},"plugins":[{"name":"feed","type":"binary",
      "config":{"listen":"127.0.0.1:0"\(separator)\(config)}}\(more)]}
      """
    let configuration = try ConfigurationLoader(
      catalog: types.map { Self.describe($0) }
    ).load(Array(text.utf8), file: "f")
    engine = try Engine(
      configuration: configuration, types: types, clock: clock,
      logs: LogCenter(level: .debug), seed: 1)
    let engine = engine
    await withCheckedContinuation { done in engine.start { done.resume() } }
    let stats = try await Self.send("stats", to: engine)
    let text2 = try #require(stats["addresses"]?.array?.first?.string)
    address = try #require(ListenAddress(text2))
  }

  deinit { engine.stop() }

  private static func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
    PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
  }

  static func send(_ command: String, to engine: Engine) async throws -> JSONValue {
    let result = await withCheckedContinuation { done in
      engine.host.send(
        PluginCommand(name: command, arguments: .object([])), to: "feed"
      ) { done.resume(returning: $0) }
    }
    return try result.get()
  }

  func stats() async throws -> JSONValue { try await Self.send("stats", to: engine) }

  /// A client that calls once.
  func call(
    limits: ConnectionLimits = ConnectionLimits()
  ) async throws -> CallClient {
    let options = ClientOptions(
      clientName: "test", limits: limits, capabilities: [.data, .zlib])
    return try await SocketClient.connect(
      host: address.host, port: address.port, group: group, options: options)
  }

  /// A client that subscribes and publishes; with a path over the Unix socket there.
  func client(
    token: String? = nil, reconnect: ReconnectPolicy = ReconnectPolicy(), unixPath: String? = nil,
    silenceNanos: Int64 = 5_000_000_000
  ) async throws -> FeedClient {
    let place = unixPath.map { ConnectAddress.unix(path: $0) } ?? tcp
    let group = group
    return try await FeedClient.connect(
      options: FeedOptions(
        client: ClientOptions(clientName: "test"), token: token, reconnect: reconnect,
        silenceNanos: silenceNanos, seed: 1),
      clock: EventLoopClock(group.next())
    ) { () async throws(CallError) -> any ByteTransport in
      try await SocketClient.transport(to: place, group: group)
    }
  }

  private var tcp: ConnectAddress { .tcp(host: address.host, port: address.port) }

  /// A client that may send whatever it likes; with a path over the Unix socket there.
  func raw(unixPath: String? = nil) async throws -> RawClient {
    let place = unixPath.map { ConnectAddress.unix(path: $0) } ?? tcp
    return RawClient(
      try await SocketClient.transport(
        to: place, group: group, budget: WriteBudget(limitBytes: 64 << 20)))
  }

  /// The same after its handshake.
  func greeted(
    capabilities: WireCapabilities = [.data, .zlib], unixPath: String? = nil
  ) async throws -> RawClient {
    let client = try await raw(unixPath: unixPath)
    client.send(
      .hello(Hello(capabilities: capabilities.rawValue, maxFrameBytes: 1 << 20, clientName: "raw")))
    guard case .helloAck? = try await client.next() else { throw RawClient.Unexpected() }
    return client
  }

  /// What the frontend counted under a name of one of its groups, such as `closed`.
  func count(_ group: String, _ name: String) async throws -> Int64 {
    try await stats()[group]?[name]?.int64 ?? 0
  }

  /// Asks for the figures until they are as they should be; the suite's time limit ends it.
  @discardableResult
  func until(_ isRight: (JSONValue) throws -> Bool) async throws -> JSONValue {
    while true {
      let stats = try await stats()
      if try isRight(stats) { return stats }
      try await pause()
    }
  }

  func stop() async {
    await withCheckedContinuation { done in engine.host.stop("feed") { done.resume() } }
  }

  func start() async {
    await withCheckedContinuation { done in engine.host.start("feed") { done.resume() } }
  }

  /// Defines instruments and publishes trades of them in turn, straight to the bus.
  func publish(_ numbers: ClosedRange<Int>, instruments: Int = 1) throws {
    let publisher = engine.bus.publisher(role: .source)
    for number in numbers {
      let event = Ticks.trade(number, instrument: UInt32(number % instruments + 1))
      while !publisher.publish(event) { try Task.checkCancellation() }
    }
  }

  func define(_ count: Int) {
    for number in 1...count { engine.catalog.define(Instrument(symbol: "S\(number)")) }
  }
}

extension FeedSubscription.Iterator {
  /// The next events, without batches that hold none.
  mutating func events(atLeast count: Int) async throws -> [Event] {
    var events: [Event] = []
    while events.count < count {
      guard let batch = try await next() else { break }
      events += batch.events
    }
    return events
  }
}

/// Lets others go on before a test looks again; throws once its time is over.
func pause() async throws {
  try Task.checkCancellation()
  await Task.yield()
}
