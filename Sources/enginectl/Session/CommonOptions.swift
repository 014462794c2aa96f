import ArgumentParser
import Transport

/// What every command takes.
struct CommonOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket. Default: $ENGINE_SOCKET, else engine.admin of ./plugins.json, else "
        + "run/engine.sock.",
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Option(
    help: ArgumentHelp(
      "How long the whole command may take, such as 500ms or 1m. Default: 10s, 60s for changes, "
        + "no limit for streams.",
      valueName: "duration"))
  var timeout: DurationArgument?

  @Flag(help: "Print the daemon's JSON, one document; streams print one a line.")
  var json = false

  // Not a group within this group: every command would take several times as long to parse.
  @Option(
    help: ArgumentHelp(
      "Where a binary frontend listens: host:port, [v6]:port or unix:/path. The feed's commands go "
        + "to $TICKWIRE_ADDRESS without it, else to 127.0.0.1:9000; the others to the daemon's "
        + "socket.",
      valueName: "address"))
  var address: AddressArgument?

  @Option(
    help: ArgumentHelp(
      "The token of a server that wants one. Default: $TICKWIRE_TOKEN, which other users of this "
        + "machine do not see.",
      valueName: "token"))
  var token: String?

  @Flag(help: "Encrypt; the server's certificate has to be of an authority of the system.")
  var tls = false

  @Option(
    name: .customLong("tls-ca"),
    help: ArgumentHelp(
      "Encrypt; the certificate has to be of an authority of this PEM file.", valueName: "file"),
    completion: .file())
  var tlsCA: String?

  @Flag(help: "Encrypt; the certificate may be anybody's.")
  var tlsInsecure = false

  func validate() throws {
    if tlsInsecure && tlsCA != nil {
      throw ValidationError("--tls-ca and --tls-insecure exclude each other")
    }
  }

  /// Nil: no TLS.
  var trust: ServerTrust? {
    if let tlsCA { return .authorities(file: tlsCA) }
    return tlsInsecure ? .anybody : tls ? .system : nil
  }

  /// The binary frontend that is meant.
  func place(in environment: ProcessEnvironment) throws(ControlError) -> FeedPlace {
    try FeedPlace.choose(address, self, in: environment)
  }
}
