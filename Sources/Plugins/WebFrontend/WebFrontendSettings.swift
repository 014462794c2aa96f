public import EngineCore
package import Fanout
package import Transport
internal import WebProtocol

/// Settings of a web frontend.
public struct WebFrontendSettings: PluginSettings {
  public static let keys: [ConfigurationKey] = listening + access + limitKeys + feedKeys

  private static let listening: [ConfigurationKey] = [
    .key(
      "listen", .listen, default: ["127.0.0.1:8000"],
      "Where browsers and programs connect, `host:port`; a list for several, port 0 for any free "
        + "one."),
    .key(
      "listeners", .list(.record(ListenerSettings.self), count: 0...16), default: [],
      "More addresses, each with what is served there: for clients that expect another system at a "
        + "port of its own."),
    .optional(
      "tls", .record(TLSFiles.self),
      "Encrypts all connections; the files are read again when they change."),
    .key(
      "drain", .duration(from: "0s", to: "1m"), default: "2s",
      "When it stops: time for clients to take what is theirs."),
    .key(
      "proxies", .list(.text(.notEmpty), count: 0...256), default: [],
      "Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed."),
    .key(
      "compress_answers", .boolean, default: true,
      "Compresses HTTP answers of 1 KiB and more for clients that take gzip."),
    .key(
      "dashboard", .boolean, default: true,
      "Shows browsers the dashboard at `/`; otherwise there is a list of paths."),
    .key("access_log", .boolean, default: false, "Writes a line in the log for every answer."),
    .key(
      "echo", .boolean, default: false,
      "Mounts `/echo`, a WebSocket that sends back what it gets: for conformance suites."),
  ]

  private static let access: [ConfigurationKey] = [
    .key(
      "tokens", .list(.record(TokenSettings.self), count: 0...1024), default: [],
      "Who may read what; with none everybody may. Pages and programs show theirs as "
        + "`Authorization: Bearer`, `X-API-Key`, `?token=` or in their first message."),
    .key(
      "origins", .list(.text(.notEmpty), count: 0...256), default: [],
      "Pages that may open WebSockets: origins such as `https://example.com`, or `*` for all. With "
        + "none those of this server's own host. Programs, which send no origin, always may."),
    .key(
      "cors", .list(.text(.notEmpty), count: 0...256), default: [],
      "Pages that may read HTTP answers: origins, or `*`; with none only pages of this server."),
  ]

  private static let limitKeys: [ConfigurationKey] = [
    .key(
      "header", .size(from: "1KiB", to: "1MiB"), default: "16KiB", "Largest head of a request."),
    .key(
      "body", .size(from: "0B", to: "256MiB"), default: "1MiB", "Largest body of a request."),
    .key("connections", .integer(1...1_000_000), default: 20_000, "Most connections at a time."),
    .key(
      "connections_per_address", .integer(1...1_000_000), default: 20_000,
      "Most connections from one address."),
    .key(
      "rate", .integer(0...1_000_000), default: 0,
      "HTTP requests a second from one address, after ten times as many at once; 0 for any number."),
    .key(
      "user_rate", .integer(0...1_000_000), default: 0,
      "HTTP requests a second with one token, from wherever they come, after ten times as many at "
        + "once; 0 for any number."),
    .key(
      "request", .duration(from: "100ms", to: "10m"), default: "10s",
      "Time for a request to arrive as a whole."),
    .key(
      "answer", .duration(from: "100ms", to: "10m"), default: "30s",
      "Time for an answer that is made away from the event loop; then there is none."),
    .key(
      "idle", .duration(from: "100ms", to: "1h"), default: "60s",
      "An HTTP connection without a request for so long is closed."),
    .key(
      "ping", .duration(from: "0s", to: "1h"), default: "20s",
      "Silence after which a WebSocket client is asked whether it is there; 0s never."),
    .key(
      "ping_timeout", .duration(from: "100ms", to: "1h"), default: "10s",
      "Silence after that which ends the connection."),
    .key(
      "message", .size(from: "1KiB", to: "256MiB"), default: "16MiB",
      "Largest message on `/echo`; a request on `/api/v1/stream` has at most 256 KiB."),
    .key(
      "write_buffer", .size(from: "16KiB", to: "256MiB"), default: "512KiB",
      "Bytes that may wait to be written on a connection."),
  ]

  private static let feedKeys: [ConfigurationKey] = [
    .key(
      "log", .size(from: "1MiB", to: "16GiB"), default: "64MiB",
      "Memory for recent events: how far clients may fall behind or resume."),
    .key("snapshot", .boolean, default: true, "Keeps last values, for starts with a snapshot."),
    .key(
      "flush", .duration(from: "0s", to: "1s"), default: "10ms",
      "How long an event may wait for others to share its message; a client may ask for longer."),
    .key(
      "coalesce", .duration(from: "0s", to: "1s"), default: "2ms",
      "Under load, how long events may wait at most where `flush` is shorter."),
    .key(
      "heartbeat", .duration(from: "100ms", to: "1m"), default: "1s",
      "Silence of a subscription after which it is told its position."),
    .key(
      "compression", .integer(0...9), default: 1,
      "zlib's level for clients that offer permessage-deflate; 0 turns it off."),
    .key(
      "compression_context", .boolean, default: false,
      "Whether clients may refer to their earlier messages: 32 KiB a connection."),
    .key("subscriptions", .integer(1...65_536), default: 64, "Most subscriptions on a connection."),
  ]

  /// First those of `listen`, where everything is served.
  let listeners: [ListenerSettings]
  package let tls: TLSFiles?
  package let tokens: [TokenSettings]
  public let hasEcho: Bool
  public let hasDashboard: Bool
  public let proxies: Set<String>
  public let logsAccess: Bool
  public let headerBytes: Int
  public let bodyBytes: Int
  public let connectionsMax: Int
  public let connectionsPerAddressMax: Int
  public let requestsPerSecond: Int
  public let userRequestsPerSecond: Int
  public let compressesAnswers: Bool
  public let requestNanos: Int64
  public let answerNanos: Int64
  public let idleNanos: Int64
  public let writeBufferBytes: Int
  public let drainNanos: Int64
  let origins: OriginPolicy
  let cors: CrossOrigin
  let limits: FeedLimits
  let stream: StreamLimits
  /// Of WebSockets: a stream's requests are short, an echo's messages need not be.
  let sockets: WebSocketLimits
  let deflate: DeflatePolicy?

  public init(from object: inout ConfigurationObject) {
    listeners =
      [ListenerSettings(listen: object.addresses("listen"))]
      + object.records("listeners", as: ListenerSettings.self)
    tls = object.optionalRecord("tls", as: TLSFiles.self)
    tokens = object.records("tokens", as: TokenSettings.self)
    hasEcho = object.boolean("echo")
    hasDashboard = object.boolean("dashboard")
    proxies = Set(object.strings("proxies"))
    logsAccess = object.boolean("access_log")
    headerBytes = Int(object.sizeBytes("header"))
    bodyBytes = Int(object.sizeBytes("body"))
    connectionsMax = Int(object.integer("connections"))
    connectionsPerAddressMax = Int(object.integer("connections_per_address"))
    requestsPerSecond = Int(object.integer("rate"))
    userRequestsPerSecond = Int(object.integer("user_rate"))
    compressesAnswers = object.boolean("compress_answers")
    requestNanos = object.durationNanos("request")
    answerNanos = object.durationNanos("answer")
    idleNanos = object.durationNanos("idle")
    writeBufferBytes = Int(object.sizeBytes("write_buffer"))
    drainNanos = object.durationNanos("drain")
    let pages = object.strings("origins")
    origins = pages.isEmpty ? .sameHost : pages.contains("*") ? .any : .listed(pages)
    cors = CrossOrigin(object.strings("cors"))
    limits = Self.feedLimits(&object)
    var stream = StreamLimits()
    stream.subscriptions = limits.subscriptionsMax
    stream.drainNanos = drainNanos
    self.stream = stream
    var sockets = WebSocketLimits()
    sockets.messageBytes = Int(object.sizeBytes("message"))
    sockets.frameBytes = sockets.messageBytes
    sockets.pingNanos = object.durationNanos("ping")
    sockets.pongNanos = object.durationNanos("ping_timeout")
    self.sockets = sockets
    let keepsContext = object.boolean("compression_context")
    deflate = limits.compressionLevel > 0 ? DeflatePolicy(keepsClientContext: keepsContext) : nil
    let names = tokens.map(\.name)
    for (index, token) in tokens.enumerated() where names.firstIndex(of: token.name) != index {
      object.fault(at: "tokens[\(index)].name", expected: "a name that no other token has")
    }
  }

  private static func feedLimits(_ object: inout ConfigurationObject) -> FeedLimits {
    var limits = FeedLimits()
    limits.logBytes = Int(object.sizeBytes("log"))
    limits.keepsSnapshot = object.boolean("snapshot")
    limits.flushNanos = object.durationNanos("flush")
    limits.coalesceNanos = object.durationNanos("coalesce")
    limits.heartbeatNanos = object.durationNanos("heartbeat")
    limits.compressionLevel = Int(object.integer("compression"))
    limits.subscriptionsMax = Int(object.integer("subscriptions"))
    return limits
  }

  /// What one message of the native protocol may take: requests are small.
  var streamSockets: WebSocketLimits {
    var limits = sockets
    // One byte more than a request may have, so that who sends more is told so by its protocol.
    limits.messageBytes = min(limits.messageBytes, stream.requestBytes + 1)
    limits.frameBytes = limits.messageBytes
    // Clients ask a few times at first and then listen: nothing is kept for the next request.
    limits.retainedBytes = 0
    return limits
  }
}
