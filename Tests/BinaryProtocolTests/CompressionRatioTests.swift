import EngineCore
import Foundation
import Testing

@testable import BinaryProtocol

/// A file made by others, which is beside the project and not in it.
private enum Shared {
  static let quotes: String? = [
    ProcessInfo.processInfo.environment["TICKWIRE_SHARED"], "../shared",
  ].compactMap { $0.map { $0 + "/data/ticks/eurusd-fxcm-2014-05-01_15.quotes.csv.gz" } }
    .first { FileManager.default.fileExists(atPath: $0) }
}

@Suite("Bytes on the wire", .enabled(if: Shared.quotes != nil))
struct CompressionRatioTests {
  /// The first quotes of the file, received up to 50 µs after they happened.
  static func quotes(_ count: Int) throws -> [Event] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/bin/gzip")
    process.arguments = ["-dc", try #require(Shared.quotes)]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { process.terminate() }
    var random = SeededRandom(seed: 1)
    var events: [Event] = []
    var rest: [UInt8] = []
    while events.count < count {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      rest += data
      var lines = rest.split(separator: 0x0A, omittingEmptySubsequences: false)
      rest = Array(lines.removeLast())
      for line in lines where line.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true {
        let fields = line.split(separator: 0x2C).map { String(decoding: $0, as: UTF8.self) }
        let time = try #require(Int64(fields[0]))
        var event = Event(
          Quote(
            instrument: InstrumentID(1), bid: try Price(fields[2]), ask: try Price(fields[3]),
            eventTime: Timestamp(nanoseconds: time),
            receiveTime: Timestamp(nanoseconds: time + .random(in: 0..<50_000, using: &random)),
            source: SourceID(1), flags: .replayed))
        event.sequence = UInt64(events.count + 1)
        events.append(event)
      }
    }
    return Array(events.prefix(count))
  }

  @Test("a EURUSD quote takes at most 16 bytes in frames of 16 KiB", arguments: [256, 1_024])
  func perQuote(recordsPerFrame: Int) throws {
    let quotes = try Self.quotes(100_000)
    try #require(quotes.count == 100_000)
    let compressor = FrameCompressor()
    var bytes = 0
    for start in stride(from: 0, to: quotes.count, by: recordsPerFrame) {
      var records: [UInt8] = []
      for event in quotes[start..<min(start + recordsPerFrame, quotes.count)] {
        RecordCodecTests.encoder.append(event, to: &records)
      }
      var payload: [UInt8] = []
      bytes += WireFormat.headerBytes + compressor.append(records.raw, to: &payload)
      #expect(try CompressionTests.expand(payload) == records)
    }
    let perQuote = Double(bytes) / Double(quotes.count)
    print("\(recordsPerFrame) quotes a frame: \(perQuote) bytes a quote")
    #expect(perQuote <= 16)
  }
}
