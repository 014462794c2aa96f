/// Why bytes are not the Databento Binary Encoding, or not of a kind that is read.
public struct DBNError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where in the decompressed bytes.
  public var offset: Int
  /// What was expected there, and what was found.
  public var message: String

  public init(_ offset: Int, _ message: String) {
    self.offset = offset
    self.message = message
  }

  public var description: String { "DBN, byte \(offset): \(message)" }
}
