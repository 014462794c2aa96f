internal import EngineCore

/// Addresses, and what is served there.
struct ListenerSettings: Sendable, ConfigurationRecord {
  static let keys: [ConfigurationKey] = [
    .required("listen", .listen, "Where to listen, `host:port`; a list for several."),
    .key(
      "dialects", .list(.choice(Dialect.allCases.map(\.rawValue)), count: 1...5),
      default: ["native", "tickers", "market", "streaming", "forex"],
      "What is served there: the engine's own API (`native`), and what clients of other systems "
        + "expect."),
  ]

  let listen: [ListenAddress]
  let dialects: Set<Dialect>

  init(listen: [ListenAddress], dialects: Set<Dialect> = Set(Dialect.allCases)) {
    self.listen = listen
    self.dialects = dialects
  }

  init(from object: inout ConfigurationObject) {
    listen = object.addresses("listen")
    dialects = Set(object.strings("dialects").compactMap { Dialect(rawValue: $0) })
  }
}
