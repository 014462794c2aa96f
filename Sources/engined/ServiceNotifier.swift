internal import EngineCore
internal import Glibc

/// Tells systemd that the daemon is ready, reloading or stopping, when systemd started it
/// (sd_notify's protocol: a datagram to the socket named in NOTIFY_SOCKET).
struct ServiceNotifier: Sendable {
  private let path: String?

  init(environment: [String: String]) {
    path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
  }

  func ready() { send("READY=1\nSTATUS=running") }
  func stopping() { send("STOPPING=1") }
  func reloading(monotonicNanos: Int64) {
    send("RELOADING=1\nMONOTONIC_USEC=\(monotonicNanos / 1000)")
  }

  private func send(_ message: String) {
    guard let path else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(path.utf8)
    // A name in the abstract space is written with an at sign.
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard name.count < capacity else { return }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      // Safe: the name is shorter than the field.
      unsafe bytes.copyBytes(from: name)
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let bytes = Array(message.utf8)
    // Safe: a sockaddr_un is a sockaddr of that family; all live during the call.
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), generic, length)
      }
    }
  }
}
