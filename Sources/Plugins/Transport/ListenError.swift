/// Why a socket could not be listened on.
public enum ListenError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A Unix socket's path has at most 107 bytes.
  case pathTooLong(path: String, bytes: Int)
  /// A daemon holds the lock of this socket; its pid when the lock tells it.
  case alreadyRunning(path: String, pid: Int32?)
  /// A program that does not use our lock listens on this path.
  case pathInUse(path: String)
  /// Something that is not a socket is at this path.
  case notASocket(path: String)
  /// A system call failed.
  case system(call: String, path: String, errno: Int32, text: String)

  public var description: String {
    switch self {
    case .pathTooLong(let path, let bytes):
      "socket path of \(bytes) bytes, at most \(UnixSystem.pathBytesMax) are possible: \(path)"
    case .alreadyRunning(let path, let pid):
      "a daemon\(pid.map { " (pid \($0))" } ?? "") listens on \(path) already: stop it, or "
        + "choose another socket"
    case .pathInUse(let path): "another program listens on \(path): choose another socket"
    case .notASocket(let path): "\(path) exists and is not a socket: move it away"
    case .system(let call, let path, _, let text): "\(call) \(path): \(text)"
    }
  }
}
