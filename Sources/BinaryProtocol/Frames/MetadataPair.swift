/// One key and value that travel with a call.
public struct MetadataPair: Equatable, Sendable {
  /// The key; the same key may come more than once.
  public var key: String
  /// The value.
  public var value: String

  public init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}
