import EngineCore

@testable import BinaryProtocol

/// The other end of a load generator: a server's connection whose calls the test answers.
struct BenchServer {
  var connection = ServerConnection(
    identity: ServerIdentity(name: "test", version: "1", pid: 1, epoch: 7),
    limits: ConnectionLimits(), capabilities: [.data, .zlib], now: 0)
  var calls: [(stream: UInt32, request: CallRequest)] = []
  /// Payloads of data frames, and whether the last one was the last.
  var data: [[UInt8]] = []
  var hasEnd = false

  /// Takes bytes in; returns bytes to send.
  mutating func received(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    for action in connection.received(bytes, now: 1) {
      switch action {
      case .send(let bytes): output += bytes
      case .startCall(let stream, let request, _): calls.append((stream, request))
      case .data(let frame):
        frame.withPayload(of: bytes.raw) { data.append($0.copy()) }
        hasEnd = frame.isLast
      case .opened, .resume, .cancelCall, .refusedCall, .close: break
      }
    }
    return output
  }

  mutating func message(_ payload: [UInt8], on stream: UInt32) -> [UInt8] {
    guard case .send(let bytes) = connection.send(payload, on: stream) else { return [] }
    return bytes
  }

  mutating func grant(_ bytes: UInt32, on stream: UInt32) { connection.grant(bytes, on: stream) }

  /// Ends the first call.
  mutating func finish(with status: CallStatus) -> [UInt8] {
    var output: [UInt8] = []
    for case .send(let bytes) in connection.finish(calls[0].stream, with: status) {
      output += bytes
    }
    return output
  }

  func records(_ payload: [UInt8]) throws -> [Record] {
    var decoder = RecordDecoder(payload.raw)
    var records: [Record] = []
    while let record = try decoder.next() { records.append(record) }
    return records
  }
}
