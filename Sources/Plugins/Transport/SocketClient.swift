public import BinaryProtocol
internal import Glibc
public import NIOCore
internal import NIOPosix

/// Connects sockets and gives the transport, or the client over it.
public enum SocketClient {
  /// Connects to a daemon's Unix socket and does the handshake.
  public static func connect(
    unixPath path: String, group: any EventLoopGroup, options: ClientOptions,
    timeoutNanos: Int64 = 5_000_000_000, budget: WriteBudget = WriteBudget()
  ) async throws(CallError) -> CallClient {
    let bytes = path.utf8.count
    guard (1...UnixSystem.pathBytesMax).contains(bytes) else {
      throw CallError(
        .invalidArgument,
        "socket path of \(bytes) bytes, at most \(UnixSystem.pathBytesMax) are possible: \(path)",
        hint: "name a shorter path with --socket")
    }
    do {
      let bootstrap = makeBootstrap(group, timeoutNanos)
      let transport = try await bootstrap.connect(unixDomainSocketPath: path) { channel in
        install(on: channel, budget)
      }
      return try await open(transport, group, options, timeoutNanos)
    } catch let error as CallError {
      throw error
    } catch {
      throw explain(error, unixPath: path)
    }
  }

  /// Connects over TCP and does the handshake.
  public static func connect(
    host: String, port: Int, group: any EventLoopGroup, options: ClientOptions,
    timeoutNanos: Int64 = 5_000_000_000, budget: WriteBudget = WriteBudget()
  ) async throws(CallError) -> CallClient {
    do {
      let bootstrap = makeBootstrap(group, timeoutNanos)
        .channelOption(.socketOption(.tcp_nodelay), value: 1)
      let transport = try await bootstrap.connect(host: host, port: port) { channel in
        install(on: channel, budget)
      }
      return try await open(transport, group, options, timeoutNanos)
    } catch let error as CallError {
      throw error
    } catch {
      throw CallError(
        isTimeout(error) ? .deadlineExceeded : .unavailable,
        "cannot connect to \(host):\(port): \(reason(error))",
        hint: "check that the server listens there")
    }
  }

  /// A transport over TCP, without a handshake: for clients that connect again by themselves.
  public static func transport(
    host: String, port: Int, group: any EventLoopGroup, timeoutNanos: Int64 = 5_000_000_000,
    budget: WriteBudget = WriteBudget()
  ) async throws(CallError) -> SocketTransport {
    do {
      let bootstrap = makeBootstrap(group, timeoutNanos)
        .channelOption(.socketOption(.tcp_nodelay), value: 1)
      return try await bootstrap.connect(host: host, port: port) { channel in
        install(on: channel, budget)
      }
    } catch {
      throw CallError(
        isTimeout(error) ? .deadlineExceeded : .unavailable,
        "cannot connect to \(host):\(port): \(reason(error))",
        hint: "check that the server listens there")
    }
  }

  private static func makeBootstrap(
    _ group: any EventLoopGroup, _ timeoutNanos: Int64
  ) -> ClientBootstrap {
    ClientBootstrap(group: group)
      .connectTimeout(.nanoseconds(timeoutNanos))
      .channelOption(.autoRead, value: false)
  }

  private static func install(
    on channel: any Channel, _ budget: WriteBudget
  ) -> EventLoopFuture<SocketTransport> {
    channel.eventLoop.makeCompletedFuture {
      try SocketTransport.install(on: channel, budget: budget)
    }
  }

  private static func open(
    _ transport: SocketTransport, _ group: any EventLoopGroup, _ options: ClientOptions,
    _ timeoutNanos: Int64
  ) async throws(CallError) -> CallClient {
    var options = options
    options.limits.handshakeNanos = min(options.limits.handshakeNanos, timeoutNanos)
    return try await CallClient.connect(
      over: transport, clock: EventLoopClock(group.next()), options: options)
  }

  /// What the user can do about a socket that cannot be reached.
  static func explain(_ error: any Error, unixPath path: String) -> CallError {
    if isTimeout(error) {
      return CallError(.deadlineExceeded, "no answer on \(path) in time", hint: "raise --timeout")
    }
    switch (error as? IOError)?.errnoCode {
    case ENOENT?, ECONNREFUSED?:
      return CallError(
        .unavailable, "no daemon listens on \(path)",
        hint: "start it with `engined --config plugins.json`, or name another socket with --socket")
    case EACCES?, EPERM?:
      return CallError(
        .permissionDenied, "no permission for \(path)",
        hint: "run as the user who started the daemon, or as root")
    case EAGAIN?:
      return CallError(
        .unavailable, "the daemon on \(path) takes no connections now", hint: "try again")
    default:
      return CallError(.unavailable, "cannot connect to \(path): \(reason(error))")
    }
  }

  private static func isTimeout(_ error: any Error) -> Bool {
    if case ChannelError.connectTimeout? = error as? ChannelError { return true }
    return (error as? IOError)?.errnoCode == ETIMEDOUT
  }

  private static func reason(_ error: any Error) -> String {
    if let error = error as? IOError { return UnixSystem.describe(error.errnoCode) }
    return "\(error)"
  }
}
