@testable import BinaryProtocol

extension FeedBatch {
  /// A batch as a client makes it of the records of a frame.
  static func of(_ records: [UInt8], next: StreamPosition) -> FeedBatch {
    FeedBatch(records: records, position: next)
  }
}
