/// Whom a client takes for the server that it means, over TLS.
public enum ServerTrust: Sendable, Hashable {
  /// Whoever an authority of the system vouches for.
  case system
  /// Whoever an authority of this PEM file vouches for, and nobody else.
  case authorities(file: String)
  /// Anybody: what is sent is encrypted, but for whom is not known.
  case anybody
}
