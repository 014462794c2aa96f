package import EngineCore

/// Where a server's certificate is.
package struct TLSFiles: ConfigurationRecord {
  package static let keys: [ConfigurationKey] = [
    .required("certificate", .path, "PEM file: the certificate, then its chain."),
    .required("key", .path, "PEM file of the private key."),
  ]

  package let certificate: String
  package let key: String

  package init(from object: inout ConfigurationObject) {
    certificate = object.string("certificate")
    key = object.string("key")
  }
}
