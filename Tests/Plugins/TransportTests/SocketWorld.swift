import BinaryProtocol
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Transport

/// A server on a Unix socket in a folder of its own, and what it takes to talk to it.
struct SocketWorld: Sendable {
  let folder: String
  let path: String
  let group: MultiThreadedEventLoopGroup
  let server: CallServer

  init(
    router: CallRouter = SocketWorld.router(), limits: ConnectionLimits = ConnectionLimits(),
    maxConnections: Int = 64
  ) throws {
    folder = try Self.makeFolder()
    path = folder + "/run/engine.sock"
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    server = CallServer(
      identity: ServerIdentity(
        name: "engined", version: "0.0.1", pid: UInt32(getpid()), epoch: 7),
      router: router, limits: limits, maxConnections: maxConnections,
      clock: EventLoopClock(group.next()))
  }

  /// A router with methods that tests use.
  static func router() -> CallRouter {
    var router = CallRouter()
    router.unary("echo", summary: "Returns its request.") { _, payload in payload }
    router.unary("who", summary: "Returns the caller's process id.") { context, _ in
      Array("\(context.peer.pid ?? -1) \(context.peer.uid ?? 0) \(context.clientName)".utf8)
    }
    router.unary("big", summary: "Returns 512 KiB.") { _, _ in
      [UInt8](repeating: 1, count: 512 << 10)
    }
    router.streaming("count", summary: "Counts.") { _, payload, responder in
      for value in 0..<(payload.first ?? 0) { try await responder.send([value]) }
    }
    router.streaming("flood", summary: "Sends without end.") { _, _, responder in
      while true { try await responder.send([UInt8](repeating: 2, count: 4096)) }
    }
    return router
  }

  func listen(budget: WriteBudget = WriteBudget()) async throws -> UnixListener {
    try await UnixListener.start(path: path, server: server, group: group, budget: budget)
  }

  func connect() async throws -> CallClient {
    try await SocketClient.connect(
      unixPath: path, group: group, options: ClientOptions(clientName: "test"))
  }

  func end() async throws {
    try await group.shutdownGracefully()
    Self.removeFolder(folder)
  }

  private static let folders = Atomic<Int>(0)

  static func makeFolder() throws -> String {
    let number = folders.add(1, ordering: .relaxed).newValue
    let path = "/tmp/tickwire-test-\(getpid())-\(number)"
    guard unsafe mkdir(path, 0o700) == 0 else { throw CallError(.internalError, "mkdir \(path)") }
    return path
  }

  static func removeFolder(_ path: String) {
    let files = [
      "/run/engine.sock", "/run/engine.sock.lock", "/run/engine.sock.left", "/engine.sock",
      "/engine.sock.old", "/engine.sock.lock", "/other.sock", "/other.sock.lock", "/file",
      "/file.lock",
    ]
    for file in files { _ = unsafe unlink(path + file) }
    _ = unsafe rmdir(path + "/run")
    _ = unsafe rmdir(path)
  }
}
