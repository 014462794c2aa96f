import BinaryProtocol
import EngineCore
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Transport

/// A folder of its own, in which daemons run and are talked to.
final class World: Sendable {
  let folder: String
  private static let count = Atomic<Int>(0)

  /// A generator that is quick enough to wait for, and a probe that counts.
  static let configuration = """
    {
      "engine": { "admin": "run/engine.sock" },
      "plugins": [
        { "name": "sim", "type": "generator",
          "config": { "instruments": 5, "interval": "20ms", "seed": 1 } },
        { "name": "probe", "type": "probe", "config": { "subjects": ["trade.>"] } }
      ]
    }
    """

  /// Runs `body` in a new world and removes everything afterwards.
  static func run<Result>(
    _ configuration: String? = World.configuration,
    _ body: (World) async throws -> Result
  ) async throws -> Result {
    let world = try World()
    if let configuration { try world.write(configuration, to: "plugins.json") }
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(world)) } catch { result = .failure(error) }
    try? FileManager.default.removeItem(atPath: world.folder)
    return try result.get()
  }

  private init() throws {
    let number = Self.count.add(1, ordering: .relaxed).newValue
    let pid = ProcessInfo.processInfo.processIdentifier
    // Short: the path of a Unix socket has at most 107 bytes.
    folder = "/tmp/tickwire-system-\(pid)-\(number)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(name)")
  }

  func start(
    _ name: String, _ arguments: [String] = [], environment: [String: String] = [:],
    input: String? = nil
  ) throws -> Program {
    try Program(name, arguments, in: folder, environment: environment, input: input)
  }

  /// Runs a program to its end. `input` is a file of the world.
  func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:],
    input: String? = nil
  ) async throws -> (code: Int32, Program) {
    let program = try start(name, arguments, environment: environment, input: input)
    return (try await program.exitCode(), program)
  }

  /// Starts engined and waits until it says that it is ready.
  func startDaemon(
    _ arguments: [String] = [], environment: [String: String] = [:]
  ) async throws -> Program {
    let daemon = try start("engined", arguments, environment: environment)
    try await waitForLog("engine ready", of: daemon)
    return daemon
  }

  func waitForLog(_ text: String, of program: Program) async throws {
    try await Deadline.wait(for: "\"\(text)\" in the log") {
      if program.errors.contains(text) { return true }
      if !program.isRunning, !program.errors.contains(text) {
        throw Ended(errors: program.errors)
      }
      return nil
    }
  }

  struct Ended: Error, CustomStringConvertible {
    var errors: String
    var description: String { "the program ended: \(errors)" }
  }

  func connect() async throws -> Control {
    let client = try await SocketClient.connect(
      unixPath: "\(folder)/run/engine.sock", group: MultiThreadedEventLoopGroup.singleton,
      options: ClientOptions(clientName: "system test"))
    return Control(client: client)
  }
}

/// The admin methods, in JSON.
struct Control: Sendable {
  let client: CallClient

  func call(
    _ method: String, _ arguments: [(String, JSONValue)] = []
  ) async throws -> JSONValue {
    let reply = try await client.call(
      method, Array(JSONValue.object(arguments).text().utf8), timeoutNanos: 20_000_000_000)
    return try JSONReader().read(reply)
  }

  /// The plugin's entry of `plugins.list`.
  func plugin(_ name: String) async throws -> JSONValue {
    try #require(try await find(name))
  }

  /// The same, or nil when there is no plugin of that name.
  func find(_ name: String) async throws -> JSONValue? {
    let plugins = try await call("plugins.list")["plugins"]?.array ?? []
    return plugins.first { $0["name"]?.string == name }
  }

  /// Waits until the plugin has read more events than that.
  @discardableResult
  func waitForEvents(_ name: String, moreThan count: Int64) async throws -> Int64 {
    try await Deadline.wait(for: "more than \(count) events in \(name)") {
      let events = try await plugin(name)["events_in"]?.int64 ?? 0
      return events > count ? events : nil
    }
  }

  /// The first events of some subjects.
  func tap(_ subjects: [String], count: Int) async throws -> [JSONValue] {
    let request = JSONValue.object([
      ("subjects", .array(subjects.map { .string($0) })), ("limit", .integer(count)),
    ])
    var events: [JSONValue] = []
    let stream = try await client.stream(
      "events.tap", Array(request.text().utf8), timeoutNanos: 20_000_000_000)
    for try await message in stream {
      events += try JSONReader().read(message).array ?? []
    }
    return events
  }
}
