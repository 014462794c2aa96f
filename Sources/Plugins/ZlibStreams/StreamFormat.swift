/// What stands around deflated bytes.
public enum StreamFormat: Sendable {
  /// A header of two bytes and a checksum: RFC 1950.
  case zlib
  /// A header, a checksum and a length: RFC 1952.
  case gzip
  /// Nothing: RFC 1951.
  case raw

  /// How zlib is told of it.
  func windowBits(_ bits: Int) -> Int32 {
    switch self {
    case .zlib: Int32(bits)
    case .gzip: Int32(bits + 16)
    case .raw: Int32(-bits)
    }
  }
}
