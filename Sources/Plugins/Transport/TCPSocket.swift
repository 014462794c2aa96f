public import EngineCore
internal import Glibc
internal import NIOCore

/// A TCP socket that was bound to an address of the configuration: whether the address is free is
/// known at once, and the port that the system chose too.
public struct TCPSocket: Sendable {
  /// For a bootstrap that takes it over.
  public let descriptor: Int32
  /// Where it is: the address with the port that it really has.
  public let address: ListenAddress

  /// Binds an address; names are looked up. Throws `ListenError`, which says what is in the way.
  public static func bind(_ address: ListenAddress) throws(ListenError) -> TCPSocket {
    var lastError: ListenError?
    for host in address.host == "*" ? ["::", "0.0.0.0"] : [address.host] {
      let resolved: SocketAddress
      do {
        resolved = try SocketAddress.makeAddressResolvingHost(host, port: address.port)
      } catch {
        throw .system(call: "resolve", path: address.description, errno: 0, text: "\(error)")
      }
      do throws(ListenError) {
        let (descriptor, port) = try UnixSystem.bindTCP(resolved, place: address.description)
        let shown = address.host.contains(":") ? "[\(address.host)]" : address.host
        return TCPSocket(
          descriptor: descriptor, address: ListenAddress("\(shown):\(port)") ?? address)
      } catch {
        lastError = error
      }
    }
    throw lastError
      ?? .system(call: "bind", path: address.description, errno: 0, text: "no address")
  }

  /// Gives the socket back when nobody took it over.
  public func close() { UnixSystem.closeDescriptor(descriptor) }
}
