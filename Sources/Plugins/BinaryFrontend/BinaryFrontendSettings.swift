public import EngineCore
package import Fanout
package import Transport

/// Settings of a binary frontend.
public struct BinaryFrontendSettings: PluginSettings {
  public static let keys: [ConfigurationKey] = [
    .key(
      "listen", .listen, default: ["127.0.0.1:9000"],
      "Where clients connect by TCP, `host:port`; a list for several, port 0 for any free one."),
    .optional("socket", .path, "A Unix socket beside them, for the daemon's user only."),
    .optional(
      "tls",
      .record(TLSFiles.self),
      "Encrypts all TCP connections; the files are read again when they change."),
    .key(
      "tokens", .list(.record(TokenSettings.self), count: 0...1024), default: [],
      "Who may do what; with none everybody may subscribe and publish."),
    .key("publish", .boolean, default: true, "Whether clients may publish at all."),
    .key(
      "log", .size(from: "1MiB", to: "16GiB"), default: "64MiB",
      "Memory for recent events: how far clients may fall behind or resume."),
    .key("snapshot", .boolean, default: true, "Keeps last values, for starts with a snapshot."),
    .key(
      "lossless", .boolean, default: false,
      "Lets clients with the policy lossless make the engine wait for them."),
    .key(
      "lossless_stall", .duration(from: "100ms", to: "1h"), default: "10s",
      "A lossless client that stands still for so long is cut off."),
    .key(
      "flush", .duration(from: "0s", to: "1s"), default: "0s",
      "Interval at which publishers are read and subscribers written to: fewer, larger reads and "
        + "writes. 0s: at once. A subscriber may ask for a longer one."),
    .key(
      "coalesce", .duration(from: "0s", to: "1s"), default: "2ms",
      "Under load, how long records may wait for others to share a write."),
    .key("compression", .integer(1...9), default: 1, "zlib's level, for clients that ask for it."),
    .key("connections", .integer(1...1_000_000), default: 10_000, "Most connections at a time."),
    .key(
      "connections_per_address", .integer(1...1_000_000), default: 10_000,
      "Most connections from one address."),
    .key("calls", .integer(1...65_536), default: 256, "Most calls at a time on a connection."),
    .key(
      "subscriptions", .integer(1...65_536), default: 64, "Most subscriptions on a connection."),
    .key(
      "frame", .size(from: "16KiB", to: "64MiB"), default: "1MiB",
      "Largest frame taken from a client."),
    .key(
      "write_buffer", .size(from: "64KiB", to: "256MiB"), default: "512KiB",
      "Bytes that may wait to be written on a connection."),
    .key(
      "handshake", .duration(from: "100ms", to: "1m"), default: "5s",
      "Who has not said hello by then is disconnected."),
    .key(
      "keep_alive", .duration(from: "0s", to: "1h"), default: "15s",
      "Silence after which a client is asked whether it is there; 0s never."),
    .key(
      "keep_alive_timeout", .duration(from: "100ms", to: "1h"), default: "10s",
      "Silence after that which ends the connection."),
    .key(
      "drain", .duration(from: "0s", to: "1m"), default: "2s",
      "When it stops: time for clients to take what is theirs."),
  ]

  public let listen: [ListenAddress]
  public let socketPath: String?
  package let tls: TLSFiles?
  package let tokens: [TokenSettings]
  public let allowsPublishing: Bool
  public let connectionsMax: Int
  public let connectionsPerAddressMax: Int
  public let writeBufferBytes: Int
  let limits: FeedLimits
  let callsMax: UInt32
  let frameBytesMax: UInt32
  let handshakeNanos: Int64
  let keepAliveNanos: Int64
  let keepAliveTimeoutNanos: Int64
  public let drainNanos: Int64

  public init(from object: inout ConfigurationObject) {
    listen = object.addresses("listen")
    socketPath = object.optionalString("socket")
    tls = object.optionalRecord("tls", as: TLSFiles.self)
    tokens = object.records("tokens", as: TokenSettings.self)
    allowsPublishing = object.boolean("publish")
    connectionsMax = Int(object.integer("connections"))
    connectionsPerAddressMax = Int(object.integer("connections_per_address"))
    writeBufferBytes = Int(object.sizeBytes("write_buffer"))
    var limits = FeedLimits()
    limits.logBytes = Int(object.sizeBytes("log"))
    limits.keepsSnapshot = object.boolean("snapshot")
    limits.allowsLossless = object.boolean("lossless")
    limits.losslessStallNanos = object.durationNanos("lossless_stall")
    limits.flushNanos = object.durationNanos("flush")
    limits.coalesceNanos = object.durationNanos("coalesce")
    limits.compressionLevel = Int(object.integer("compression"))
    limits.subscriptionsMax = Int(object.integer("subscriptions"))
    self.limits = limits
    callsMax = UInt32(object.integer("calls"))
    frameBytesMax = UInt32(object.sizeBytes("frame"))
    handshakeNanos = object.durationNanos("handshake")
    keepAliveNanos = object.durationNanos("keep_alive")
    keepAliveTimeoutNanos = object.durationNanos("keep_alive_timeout")
    drainNanos = object.durationNanos("drain")
    let names = tokens.map(\.name)
    for (index, token) in tokens.enumerated() where names.firstIndex(of: token.name) != index {
      object.fault(at: "tokens[\(index)].name", expected: "a name that no other token has")
    }
  }
}
