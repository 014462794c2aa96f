import BinaryProtocol
import EngineCore
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

  init(_ config: String = "", plugins: String = "", ring: Int = 16384) async throws {
    let types: [any Plugin.Type] = [BinaryFrontend.self, TickSource.self, CountingPlugin.self]
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
      configuration: configuration, types: types, clock: SystemClock(),
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

  /// A client that subscribes and publishes.
  func client(
    token: String? = nil, reconnect: ReconnectPolicy = ReconnectPolicy()
  ) async throws -> FeedClient {
    let address = address
    let group = group
    return try await FeedClient.connect(
      options: FeedOptions(
        client: ClientOptions(clientName: "test"), token: token, reconnect: reconnect, seed: 1),
      clock: EventLoopClock(group.next())
    ) { () async throws(CallError) -> any ByteTransport in
      try await SocketClient.transport(host: address.host, port: address.port, group: group)
    }
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
