/// Why bytes are not records, with the offset of the record in its frame.
public enum RecordError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The payload ends inside a record.
  case truncated(offset: Int, expected: Int, found: Int)
  /// The size of a record is below the least of its kind.
  case size(offset: Int, kind: UInt8, expected: Int, found: Int)
  /// Kind 0 names nothing.
  case noKind(offset: Int)
  /// A definition's namespace that names nothing.
  case namespace(offset: Int, found: UInt8)
  /// A definition whose texts reach beyond it or are not UTF-8.
  case text(offset: Int)
  /// A sequence that went back.
  case sequence(offset: Int, expectedAtLeast: UInt64, found: UInt64)
  /// A compressed payload that does not inflate to the size it declares.
  case compression(expected: Int, found: String)

  public var description: String {
    switch self {
    case .truncated(let offset, let expected, let found):
      "the record at \(offset) needs \(expected) bytes, the frame has \(found) left"
    case .size(let offset, let kind, let expected, let found):
      "the record of kind \(kind) at \(offset) has \(found) bytes, expected at least \(expected)"
    case .noKind(let offset): "the record at \(offset) is of kind 0, expected 1 to 255"
    case .namespace(let offset, let found):
      "the definition at \(offset) is of namespace \(found), expected 1 to 5"
    case .text(let offset):
      "the definition at \(offset) holds text that is cut off or not UTF-8"
    case .sequence(let offset, let least, let found):
      "the record at \(offset) has sequence \(found), expected at least \(least)"
    case .compression(let expected, let found):
      "compressed data of \(expected) bytes expected, found \(found)"
    }
  }
}
