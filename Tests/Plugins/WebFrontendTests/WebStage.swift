import Alerts
import Bars
import BinaryProtocol
import EngineCore
import Generator
import History
import Journal
import NIOCore
import NIOPosix
import Support
import Testing
import Transport

@testable import WebFrontend

/// A whole engine with a web frontend on a free port, and clients that talk to it.
final class WebStage: Sendable {
  let engine: Engine
  let address: ListenAddress
  /// Of all listeners, in their order.
  let addresses: [ListenAddress]
  let group = MultiThreadedEventLoopGroup.singleton

  /// - Parameter config: more keys of the frontend, such as `"echo":true`.
  init(_ config: String = "", plugins: String = "", ring: Int = 16384) async throws {
    let types: [any Plugin.Type] = [
      WebFrontend.self, Alerts.self, Bars.self, History.self, Journal.self, TickSource.self,
      Generator.self, CountingPlugin.self,
    ]
    let separator = config.isEmpty ? "" : ","
    let more = plugins.isEmpty ? "" : ",\(plugins)"
    let text = """
      {"engine":{"seed":1,"ring":\(ring)},"plugins":[{"name":"web","type":"websocket",
      "config":{"listen":"127.0.0.1:0","flush":"0s"\(separator)\(config)}}\(more)]}
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
    addresses = (stats["addresses"]?.array ?? []).compactMap(\.string)
      .compactMap { ListenAddress($0) }
    address = try #require(addresses.first)
  }

  deinit { engine.stop() }

  private static func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
    PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
  }

  static func send(
    _ command: String, _ arguments: JSONValue = .object([]), to engine: Engine
  ) async throws -> JSONValue {
    let result = await withCheckedContinuation { done in
      engine.host.send(PluginCommand(name: command, arguments: arguments), to: "web") {
        done.resume(returning: $0)
      }
    }
    return try result.get()
  }

  func stats() async throws -> JSONValue { try await Self.send("stats", to: engine) }

  /// Asks for the figures until they are as they should be; the suite's time limit ends it.
  @discardableResult
  func until(_ isRight: (JSONValue) throws -> Bool) async throws -> JSONValue {
    while true {
      let stats = try await stats()
      if try isRight(stats) { return stats }
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  /// A client that says what it likes.
  func client(
    trust: ServerTrust? = nil, listener: Int = 0
  ) async throws -> WebClient {
    let address = addresses[listener]
    return WebClient(
      try await SocketClient.transport(
        to: .tcp(host: address.host, port: address.port), trust: trust, group: group,
        budget: WriteBudget(limitBytes: 64 << 20)),
      host: address.description)
  }

  /// A client with an open WebSocket on the stream, behind the server's first message.
  func stream(
    _ target: String = "/api/v1/stream", headers: [String: String] = [:], isCompressed: Bool = false
  ) async throws -> WebClient {
    let client = try await client()
    try await client.open(target, headers: headers, isCompressed: isCompressed)
    return client
  }

  func stop() async {
    await withCheckedContinuation { done in engine.host.stop("web") { done.resume() } }
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

  /// Until the frontend has everything that was published.
  func settle() async throws {
    let last = Int64(engine.bus.lastSequence)
    try await until { try #require($0["log_next"]?.int64) > last }
  }
}
