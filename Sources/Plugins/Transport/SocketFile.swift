internal import Glibc

/// The file of a Unix socket together with its lock: at most one process has both.
///
/// The lock `<path>.lock` decides who may touch the socket, so that two daemons that start at once
/// cannot remove each other's socket. It stays when the daemon ends: removing a lock file is a
/// race.
public struct SocketFile: Sendable {
  let path: String
  /// Bound, not listening yet.
  public let descriptor: Int32
  private let lockDescriptor: Int32
  private let identity: UnixSystem.FileIdentity

  /// Takes the lock, clears away a socket that nobody listens on, and binds.
  public static func claim(_ path: String) throws(ListenError) -> SocketFile {
    try claim(path, pid: getpid())
  }

  static func claim(_ path: String, pid: Int32) throws(ListenError) -> SocketFile {
    let bytes = path.utf8.count
    guard (1...UnixSystem.pathBytesMax).contains(bytes) else {
      throw .pathTooLong(path: path, bytes: bytes)
    }
    try UnixSystem.makeFolder(UnixSystem.parent(of: path))
    let lockPath = path + ".lock"
    guard let lock = try UnixSystem.openLock(lockPath) else {
      throw .alreadyRunning(path: path, pid: UnixSystem.readNumber(lockPath))
    }
    do throws(ListenError) {
      try UnixSystem.write("\(pid)\n", to: lock, path: lockPath)
      switch try UnixSystem.kind(of: path) {
      case .nothing: break
      case .other: throw .notASocket(path: path)
      case .socket:
        if try UnixSystem.isListening(path) { throw .pathInUse(path: path) }
        UnixSystem.remove(path)
      }
      let descriptor = try UnixSystem.bindPrivate(path)
      guard case .socket(let identity, _) = try UnixSystem.kind(of: path) else {
        UnixSystem.closeDescriptor(descriptor)
        throw .notASocket(path: path)
      }
      return SocketFile(
        path: path, descriptor: descriptor, lockDescriptor: lock, identity: identity)
    } catch {
      UnixSystem.closeDescriptor(lock)
      throw error
    }
  }

  /// Removes the socket, unless somebody has put another in its place, and gives the lock back.
  public func release() {
    if let kind = try? UnixSystem.kind(of: path), case .socket(identity, _) = kind {
      UnixSystem.remove(path)
    }
    // A pid of nobody must not be shown to the next one who finds the lock taken.
    try? UnixSystem.write("", to: lockDescriptor, path: path)
    UnixSystem.closeDescriptor(lockDescriptor)
  }
}
