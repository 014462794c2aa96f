import BinaryProtocol
import Glibc
import Testing

@testable import Transport

@Suite("The file of a Unix socket", .timeLimit(.minutes(1)))
struct SocketFileTests {
  @Test("the socket is for its owner only, in a folder for its owner only, and is gone after close")
  func mode() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    guard case .socket(_, let mode) = try UnixSystem.kind(of: world.path) else {
      Issue.record("no socket")
      return
    }
    #expect(mode == 0o600)
    var folder = stat()
    #expect(unsafe stat(world.folder + "/run", &folder) == 0)
    #expect(folder.st_mode & 0o777 == 0o700)
    await listener.close()
    #expect(try UnixSystem.kind(of: world.path) == .nothing)
    try await world.end()
  }

  @Test("a socket is private from the moment it is bound, before it listens")
  func privateFromBind() throws {
    let folder = try SocketWorld.makeFolder()
    defer { SocketWorld.removeFolder(folder) }
    let path = folder + "/engine.sock"
    let file = try SocketFile.claim(path)
    guard case .socket(_, let mode) = try UnixSystem.kind(of: path) else {
      Issue.record("no socket")
      return
    }
    #expect(mode == 0o600)
    #expect(try !UnixSystem.isListening(path))
    UnixSystem.closeDescriptor(file.descriptor)
    file.release()
  }

  @Test("a socket that a dead daemon left is replaced")
  func stale() async throws {
    let world = try SocketWorld()
    let dead = try SocketFile.claim(world.path)
    UnixSystem.closeDescriptor(dead.descriptor)
    // What a process that is killed leaves: the socket stays, its lock goes with it.
    let left = world.path + ".left"
    #expect(unsafe rename(world.path, left) == 0)
    dead.release()
    #expect(unsafe rename(left, world.path) == 0)
    let listener = try await world.listen()
    let client = try await world.connect()
    #expect(try await client.call("echo", [4]) == [4])
    await client.close()
    await listener.close()
    try await world.end()
  }

  @Test("a second daemon is refused with the pid of the first, which goes on")
  func second() async throws {
    let world = try SocketWorld()
    let listener = try await world.listen()
    await #expect(throws: ListenError.alreadyRunning(path: world.path, pid: getpid())) {
      try await world.listen()
    }
    let client = try await world.connect()
    #expect(try await client.call("echo", [4]) == [4])
    await client.close()
    await listener.close()
    try await world.end()
  }

  @Test("a socket on which another program listens is left alone")
  func foreign() async throws {
    let world = try SocketWorld()
    let path = world.folder + "/other.sock"
    let foreign = try UnixSystem.bindPrivate(path)
    #expect(Glibc.listen(foreign, 1) == 0)
    #expect(throws: ListenError.pathInUse(path: path)) { try SocketFile.claim(path) }
    UnixSystem.closeDescriptor(foreign)
    #expect(throws: Never.self) {
      let file = try SocketFile.claim(path)
      UnixSystem.closeDescriptor(file.descriptor)
      file.release()
    }
    try await world.end()
  }

  @Test("a file that is no socket is left alone")
  func notASocket() throws {
    let folder = try SocketWorld.makeFolder()
    defer { SocketWorld.removeFolder(folder) }
    let path = folder + "/file"
    let descriptor = try #require(try UnixSystem.openLock(path))
    UnixSystem.closeDescriptor(descriptor)
    #expect(throws: ListenError.notASocket(path: path)) { try SocketFile.claim(path) }
    #expect(try UnixSystem.kind(of: path) == .other)
  }

  @Test("a path over 107 bytes is refused with its length, on both sides")
  func pathTooLong() async throws {
    let world = try SocketWorld()
    let path = world.folder + "/" + String(repeating: "x", count: 100)
    let bytes = path.utf8.count
    #expect(throws: ListenError.pathTooLong(path: path, bytes: bytes)) {
      try SocketFile.claim(path)
    }
    await #expect(throws: CallError.self) {
      try await SocketClient.connect(
        unixPath: path, group: world.group, options: ClientOptions(clientName: "test"))
    }
    try await world.end()
  }

  @Test("a socket that another daemon has put in our place is not removed")
  func replaced() throws {
    let folder = try SocketWorld.makeFolder()
    defer { SocketWorld.removeFolder(folder) }
    let path = folder + "/engine.sock"
    let first = try SocketFile.claim(path)
    // Moved, not removed, so that the new socket cannot get the number of the old one.
    #expect(unsafe rename(path, path + ".old") == 0)
    let other = try UnixSystem.bindPrivate(path)
    first.release()
    #expect(try UnixSystem.kind(of: path) != .nothing)
    UnixSystem.closeDescriptor(first.descriptor)
    UnixSystem.closeDescriptor(other)
  }

  @Test(
    "only the owner and root may connect",
    arguments: [(1000, true), (0, true), (1001, false)] as [(UInt32, Bool)])
  func credentials(uid: UInt32, isAllowed: Bool) {
    #expect(UnixListener.isAllowed(uid: uid, owner: 1000) == isAllowed)
  }
}
