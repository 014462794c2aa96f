internal import EngineCore
internal import Fanout
internal import WebProtocol

/// Encodes single events as they stand in the log: behind a comma.
struct JSONAppender: EventAppender {
  var encoder: EventEncoder

  mutating func append(_ event: Event, to bytes: inout [UInt8]) {
    encoder.append(event, isListed: true, to: &bytes)
  }
}
