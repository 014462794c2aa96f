internal import BinaryProtocol
internal import NIOCore
internal import NIOSSL

/// The client's side of TLS: which servers are trusted, under which name.
struct ClientTLS: Sendable {
  private let context: NIOSSLContext
  /// Nil for an address: those are no names that a server could be asked for.
  private let serverName: String?

  /// Loads what is needed; the error says which file cannot be used.
  init(_ trust: ServerTrust, host: String) throws(CallError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    switch trust {
    case .system: break
    case .authorities(let file):
      do {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
      } catch {
        throw CallError(
          .invalidArgument, "no certificates can be read from \(file)",
          hint: "a PEM file of certificate authorities")
      }
    case .anybody: configuration.certificateVerification = .none
    }
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw CallError(.internalError, "TLS cannot be set up: \(error)")
    }
    serverName = Self.isAddress(host) ? nil : host
  }

  private static func isAddress(_ host: String) -> Bool {
    // Without a zone, which is this machine's affair and no part of an address.
    let plain = host.prefix { $0 != "%" }
    return (try? SocketAddress(ipAddress: String(plain), port: 0)) != nil
  }

  /// Adds TLS to a channel that is not connected yet. To be called on its event loop.
  ///
  /// - Returns: when both sides have greeted each other, or why they have not.
  func install(on channel: any Channel, timeoutNanos: Int64) throws -> EventLoopFuture<Void> {
    let greeted = channel.eventLoop.makePromise(of: Void.self)
    try channel.pipeline.syncOperations.addHandlers([
      NIOSSLClientHandler(context: context, serverHostname: serverName),
      TLSGreeting(greeted, timeoutNanos: timeoutNanos),
    ])
    return greeted.futureResult
  }

  /// What went wrong, for people.
  static func explain(_ error: any Error, _ trust: ServerTrust, address: String) -> CallError {
    if error is TLSGreeting.Late {
      return CallError(.deadlineExceeded, "no TLS greeting from \(address) in time")
    }
    let text = "\(error)"
    let isDistrust =
      text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("failedToValidateHostname")
    guard isDistrust else {
      return CallError(
        .unavailable, "no TLS connection with \(address): \(text)",
        hint: "see that the server uses TLS there")
    }
    let whose = trust == .system ? "the system's authorities" : "the authorities of that file"
    return CallError(
      .failedPrecondition,
      "the certificate of \(address) is not vouched for, under this name, by \(whose): \(text)",
      hint: "name the file of its authority, and the server as its certificate does")
  }
}
