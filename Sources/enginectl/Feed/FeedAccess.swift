import ArgumentParser
import Transport

/// Who to be at a binary frontend, and whom to take it for.
struct FeedAccess: ParsableArguments, Sendable {
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
}
