import EngineCore
import Glibc
import NIOPosix

/// Many bare connections that say nothing: system calls alone, so that ten thousand cost little.
final class SilentSockets: Sendable {
  struct Failure: Error {
    var call: String
    var code: Int32
  }

  private let descriptors: [Int32]

  var count: Int { descriptors.count }

  private init(_ descriptors: [Int32]) { self.descriptors = descriptors }

  deinit { for descriptor in descriptors { close(descriptor) } }

  /// Lets this process have so many files; how many it may have.
  static func allowDescriptors(_ wanted: Int) -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(7), &limit) == 0 else { return 0 }
    if limit.rlim_cur < wanted {
      limit.rlim_cur = min(limit.rlim_max, rlim_t(wanted))
      _ = unsafe setrlimit(__rlimit_resource_t(7), &limit)
    }
    return Int(min(limit.rlim_cur, rlim_t(Int.max)))
  }

  /// Connects to a port of this machine, off the threads of tasks.
  static func connect(_ count: Int, port: Int) async throws -> SilentSockets {
    try await NIOThreadPool.singleton.runIfActive {
      var descriptors: [Int32] = []
      do {
        for _ in 0..<count { descriptors.append(try connect(port: port)) }
      } catch {
        for descriptor in descriptors { close(descriptor) }
        throw error
      }
      return SilentSockets(descriptors)
    }
  }

  private static func connect(port: Int) throws -> Int32 {
    let descriptor = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw Failure(call: "connect", code: code)
    }
    return descriptor
  }

  /// Reads each to its end; all that they were told.
  func readToEnd() async throws -> [[UInt8]] {
    let descriptors = descriptors
    return try await NIOThreadPool.singleton.runIfActive {
      var all: [[UInt8]] = []
      for descriptor in descriptors {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
          let count = unsafe read(descriptor, &buffer, buffer.count)
          guard count >= 0 else { throw Failure(call: "read", code: errno) }
          if count == 0 { break }
          bytes += buffer[..<count]
        }
        all.append(bytes)
      }
      return all
    }
  }
}
