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
    try await connect(
      to: .unix(path: path), group: group, options: options, timeoutNanos: timeoutNanos,
      budget: budget)
  }

  /// Connects over TCP and does the handshake.
  public static func connect(
    host: String, port: Int, group: any EventLoopGroup, options: ClientOptions,
    timeoutNanos: Int64 = 5_000_000_000, budget: WriteBudget = WriteBudget()
  ) async throws(CallError) -> CallClient {
    try await connect(
      to: .tcp(host: host, port: port), group: group, options: options,
      timeoutNanos: timeoutNanos, budget: budget)
  }

  /// Connects and does the handshake; with a `trust` over TLS.
  public static func connect(
    to address: ConnectAddress, trust: ServerTrust? = nil, group: any EventLoopGroup,
    options: ClientOptions, timeoutNanos: Int64 = 5_000_000_000,
    budget: WriteBudget = WriteBudget()
  ) async throws(CallError) -> CallClient {
    let transport = try await transport(
      to: address, trust: trust, group: group, timeoutNanos: timeoutNanos, budget: budget)
    var options = options
    options.limits.handshakeNanos = min(options.limits.handshakeNanos, timeoutNanos)
    return try await CallClient.connect(
      over: transport, clock: EventLoopClock(group.next()), options: options)
  }

  /// Connects and gives the transport: what a `FeedClient` asks for. With a `trust` over TLS, and
  /// not before the server has shown whom it is.
  public static func transport(
    to address: ConnectAddress, trust: ServerTrust? = nil, group: any EventLoopGroup,
    timeoutNanos: Int64 = 5_000_000_000, budget: WriteBudget = WriteBudget()
  ) async throws(CallError) -> SocketTransport {
    try await open(to: address, trust: trust, group: group, timeoutNanos: timeoutNanos) { channel in
      try channel.syncOptions?.setOption(.autoRead, value: false)
      return try SocketTransport.install(on: channel, budget: budget)
    }
  }

  /// The same over TCP without TLS.
  public static func transport(
    host: String, port: Int, group: any EventLoopGroup, timeoutNanos: Int64 = 5_000_000_000,
    budget: WriteBudget = WriteBudget()
  ) async throws(CallError) -> SocketTransport {
    try await transport(
      to: .tcp(host: host, port: port), group: group, timeoutNanos: timeoutNanos, budget: budget)
  }

  /// Connects a channel for handlers of the caller's own, which `prepare` adds on the event loop
  /// before it is connected; what it returns is the result.
  public static func open<Output: Sendable>(
    to address: ConnectAddress, trust: ServerTrust? = nil, group: any EventLoopGroup,
    timeoutNanos: Int64 = 5_000_000_000,
    prepare: @escaping @Sendable (any Channel) throws -> Output
  ) async throws(CallError) -> Output {
    let tls = try makeTLS(trust, address)
    let opened: Opened<Output>
    do {
      let bootstrap = ClientBootstrap(group: group).connectTimeout(.nanoseconds(timeoutNanos))
      @Sendable func install(on channel: any Channel) -> EventLoopFuture<Opened<Output>> {
        channel.eventLoop.makeCompletedFuture {
          let greeted = try tls?.install(on: channel, timeoutNanos: timeoutNanos)
          return Opened(output: try prepare(channel), greeted: greeted)
        }
      }
      opened =
        switch address {
        case .tcp(let host, let port):
          try await bootstrap.channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connect(host: host, port: port, channelInitializer: install)
        case .unix(let path):
          try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: install)
        }
    } catch {
      throw explain(error, address)
    }
    do {
      try await opened.greeted?.get()
    } catch {
      throw ClientTLS.explain(error, trust ?? .system, address: address.description)
    }
    return opened.output
  }

  private struct Opened<Output: Sendable>: Sendable {
    var output: Output
    /// Nil without TLS.
    var greeted: EventLoopFuture<Void>?
  }

  private static func makeTLS(
    _ trust: ServerTrust?, _ address: ConnectAddress
  ) throws(CallError) -> ClientTLS? {
    switch address {
    case .tcp(let host, _):
      guard let trust else { return nil }
      return try ClientTLS(trust, host: host)
    case .unix(let path):
      guard trust == nil else {
        throw CallError(
          .invalidArgument, "\(address) is a Unix socket, which has no TLS",
          hint: "leave TLS out: a Unix socket does not leave the machine")
      }
      let bytes = path.utf8.count
      guard (1...UnixSystem.pathBytesMax).contains(bytes) else {
        throw CallError(
          .invalidArgument,
          "socket path of \(bytes) bytes, at most \(UnixSystem.pathBytesMax) are possible: \(path)",
          hint: "name a shorter path with --socket")
      }
      return nil
    }
  }

  private static func explain(_ error: any Error, _ address: ConnectAddress) -> CallError {
    switch address {
    case .unix(let path): explain(error, unixPath: path)
    case .tcp:
      CallError(
        isTimeout(error) ? .deadlineExceeded : .unavailable,
        "cannot connect to \(address): \(reason(error))",
        hint: "check that the server listens there")
    }
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
    if let error = error as? NIOConnectionError {
      // Every address of a name was tried; one reason is enough for a person.
      if let single = error.connectionErrors.first { return reason(single.error) }
      return "no address is known for \(error.host)"
    }
    return "\(error)"
  }
}
