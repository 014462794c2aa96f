package import EngineCore
internal import NIOCore
package import NIOSSL

/// A server's certificate and key, read again when their files change. What does not load leaves
/// the last good ones in use.
package final class Certificates {
  private let files: TLSFiles
  private let log: Log
  private var stamp: FileStamp
  package private(set) var context: NIOSSLContext

  /// For TLS 1.2 what Mozilla's configuration "intermediate" has: keys that are thrown away after
  /// the connection, and ciphers that check what they carry. TLS 1.3 has no others.
  private static let cipherSuites = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
  ].joined(separator: ":")

  private struct FileStamp: Equatable {
    var certificate: FileVersion?
    var key: FileVersion?
  }

  /// Loads the files; the error names the one that does not load.
  package init(_ files: TLSFiles, log: Log) throws {
    self.files = files
    self.log = log
    stamp = Self.stamp(of: files)
    context = try Self.load(files)
  }

  private static func stamp(of files: TLSFiles) -> FileStamp {
    FileStamp(certificate: FileVersion(of: files.certificate), key: FileVersion(of: files.key))
  }

  private static func load(_ files: TLSFiles) throws -> NIOSSLContext {
    let chain: [NIOSSLCertificateSource]
    do {
      chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) }
    } catch {
      throw PluginError(
        "tls.certificate \(files.certificate): \(error)", hint: "a PEM file that can be read")
    }
    do {
      let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      configuration.cipherSuites = cipherSuites
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw PluginError(
        "tls.key \(files.key): \(error)", hint: "the PEM private key of the certificate")
    }
  }

  /// Looks whether the files changed. Called every second or so.
  package func refresh() {
    let now = Self.stamp(of: files)
    guard now != stamp else { return }
    stamp = now
    do {
      context = try Self.load(files)
      log.info("certificate read again", LogField("file", files.certificate))
    } catch {
      log.error("certificate not read again: the old one stays", LogField("error", "\(error)"))
    }
  }
}
