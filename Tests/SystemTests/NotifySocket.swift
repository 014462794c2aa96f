import Glibc

/// The service manager's end of `NOTIFY_SOCKET`.
final class NotifySocket: Sendable {
  private let descriptor: Int32

  struct Failure: Error { var errno: Int32 }

  init(path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    // Safe: the caller's path is shorter than the field, which is checked here.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
      precondition(name.count < field.count)
      unsafe field.copyBytes(from: name)
    }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    // Safe: a sockaddr_un is a sockaddr of its family.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(descriptor, generic, length)
      }
    }
    guard result == 0 else { throw Failure(errno: errno) }
  }

  deinit { close(descriptor) }

  /// The next message, or nil when there is none now.
  func receive() -> String? {
    var buffer = [UInt8](repeating: 0, count: 1024)
    // Safe: the call writes at most as many bytes as the buffer has.
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
