import BinaryProtocol
import EngineCore
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Transport

/// A daemon on a Unix socket in a folder of its own that gives canned answers and notes what it is
/// asked.
final class CannedDaemon: Sendable {
  let path: String
  private let folder: String
  /// One loop for all: connections of a test may have timers left when it ends.
  private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  private let listener: UnixListener
  private let seen: SeenCalls

  private init(
    folder: String, path: String, listener: UnixListener, seen: SeenCalls
  ) {
    (self.folder, self.path) = (folder, path)
    (self.listener, self.seen) = (listener, seen)
  }

  /// What was asked, as `method request`.
  var requests: [String] { seen.list }

  /// Waits until it was asked something.
  func wasAsked() async throws { try await seen.first() }

  /// Runs a test against a daemon with these answers.
  static func with(
    _ answers: [String: CannedAnswer], version: String = "0.1.0",
    _ body: (CannedDaemon) async throws -> Void
  ) async throws {
    let daemon = try await start(answers, version: version)
    let result: Result<Void, any Error>
    do { result = .success(try await body(daemon)) } catch { result = .failure(error) }
    await daemon.listener.close()
    remove(daemon.folder, files: ["/engine.sock", "/engine.sock.lock"])
    try result.get()
  }

  /// Runs a command for a plugin, which gives this reply; with what the daemon was asked.
  static func ask(
    _ words: [String], plugins: String, reply: String
  ) async throws -> (run: CommandRun, requests: [String]) {
    var result: (CommandRun, [String])?
    try await with([
      "plugins.list": .reply(plugins), "plugins.command": .reply("{\"reply\":\(reply)}"),
    ]) { daemon in
      let run = try await CommandRun.run(words, socket: daemon.path)
      result = (run, daemon.requests)
    }
    return try #require(result)
  }

  private static func start(
    _ answers: [String: CannedAnswer], version: String
  ) async throws -> CannedDaemon {
    let folder = try makeFolder()
    let path = folder + "/engine.sock"
    let seen = SeenCalls()
    var limits = ConnectionLimits()
    limits.drainNanos = 100_000_000
    let server = CallServer(
      identity: ServerIdentity(
        name: "engined", version: version, pid: UInt32(getpid()), epoch: 7),
      router: router(answers, seen), limits: limits, clock: EventLoopClock(loops.next()))
    let listener = try await UnixListener.start(path: path, server: server, group: loops)
    return CannedDaemon(
      folder: folder, path: path, listener: listener, seen: seen)
  }

  private static func router(
    _ answers: [String: CannedAnswer], _ seen: SeenCalls
  ) -> CallRouter {
    var router = CallRouter()
    for (method, answer) in answers {
      @Sendable func note(_ request: [UInt8]) {
        seen.add("\(method) \(String(decoding: request, as: UTF8.self))")
      }
      switch answer {
      case .reply(let text):
        router.unary(method, summary: "Canned.") { _, request in
          note(request)
          return Array(text.utf8)
        }
      case .pages(let pages):
        router.unary(method, summary: "Canned.") { _, request in
          note(request)
          return Array(pages[min(seen.count(of: method) - 1, pages.count - 1)].utf8)
        }
      case .failure(let error):
        router.unary(method, summary: "Canned.") { _, request in
          note(request)
          throw error
        }
      case .silence:
        router.unary(method, summary: "Canned.") { _, request in
          note(request)
          try await Self.stayUntilCancelled()
          return []
        }
      case .stream(let messages, let goesOn):
        router.streaming(method, summary: "Canned.") { _, request, responder in
          note(request)
          for message in messages { try await responder.send(Array(message.utf8)) }
          if goesOn { try await Self.stayUntilCancelled() }
        }
      }
    }
    return router
  }

  /// A call that never answers: it ends with the connection.
  private static func stayUntilCancelled() async throws {
    let (never, continuation) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    withExtendedLifetime(continuation) {}
    throw CancellationError()
  }

  private static let folders = Atomic<Int>(0)

  static func makeFolder() throws -> String {
    let number = folders.add(1, ordering: .relaxed).newValue
    let path = "/tmp/tickwire-ctl-\(getpid())-\(number)"
    guard unsafe mkdir(path, 0o700) == 0 else { throw CallError(.internalError, "mkdir \(path)") }
    return path
  }

  static func remove(_ folder: String, files: [String]) {
    for file in files { _ = unsafe unlink(folder + file) }
    _ = unsafe rmdir(folder)
  }
}
