public import BinaryProtocol
internal import Glibc
public import NIOCore
internal import NIOPosix

/// Listens on a Unix socket and serves every connection that may use it.
///
/// The socket is for its owner: mode 0600, and the credentials of each peer are checked (same user,
/// or root), because the mode of a socket in a shared folder is not enough on every system.
public final class UnixListener: Sendable {
  /// The path as it was given.
  public let path: String

  private let channel: any Channel
  private let file: SocketFile
  private let server: CallServer

  private init(path: String, channel: any Channel, file: SocketFile, server: CallServer) {
    self.path = path
    self.channel = channel
    self.file = file
    self.server = server
  }

  /// Starts to listen. Throws `ListenError`, which says what is in the way.
  public static func start(
    path: String, server: CallServer, group: any EventLoopGroup, budget: WriteBudget = WriteBudget()
  ) async throws(ListenError) -> UnixListener {
    let file = try SocketFile.claim(path)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 128)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let transport = try SocketTransport.install(on: channel, budget: budget)
          Task { await serve(transport, channel, server) }
        }
      }
    do {
      let channel = try await bootstrap.withBoundSocket(file.descriptor).get()
      return UnixListener(path: path, channel: channel, file: file, server: server)
    } catch {
      file.release()
      throw ListenError.system(call: "listen", path: path, errno: 0, text: "\(error)")
    }
  }

  /// Takes no new connections and removes the socket, lets the calls that run end within the drain
  /// time of the server's limits, and returns when every connection is closed.
  public func close(_ text: String = "the server stops") async {
    // The channel may have been closed by its event loop already.
    try? await channel.close()
    file.release()
    await server.shutDown(text)
  }

  /// Whether a process of that user may connect.
  static func isAllowed(uid: UInt32, owner: UInt32) -> Bool { uid == owner || uid == 0 }

  private static func serve(
    _ transport: SocketTransport, _ channel: any Channel, _ server: CallServer
  ) async {
    guard let peer = await credentials(of: channel) else {
      await server.refuse(transport, CloseReason(.denied, "the kernel does not tell who you are"))
      return
    }
    guard let uid = peer.uid, isAllowed(uid: uid, owner: geteuid()) else {
      await server.refuse(
        transport,
        CloseReason(.denied, "user \(peer.uid ?? 0) may not control this daemon"))
      return
    }
    await server.serve(transport, peer: peer)
  }

  private static func credentials(of channel: any Channel) async -> PeerIdentity? {
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    let name = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    let found: EventLoopFuture<KernelCredentials> = provider.unsafeGetSocketOption(
      level: .socket, name: name)
    // The channel may be closed by now: then nobody is there to be served.
    guard let found = try? await found.get() else { return nil }
    return PeerIdentity(address: "unix", pid: found.pid, uid: found.uid, gid: found.gid)
  }
}
