internal import BinaryProtocol
internal import EngineCore
internal import Fanout

/// Encodes single events as records.
struct RecordAppender: EventAppender {
  let encoder: RecordEncoder

  mutating func append(_ event: Event, to bytes: inout [UInt8]) {
    encoder.append(event, to: &bytes)
  }
}
