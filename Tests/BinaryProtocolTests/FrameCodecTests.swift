import BinaryProtocol
import Testing

@Suite("Frames")
struct FrameCodecTests {
  @Test("frames come back as they were sent, however the bytes are cut", arguments: 0..<200)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let frames = (0..<20).map { _ in Frame.random(using: &random) }
    var bytes: [UInt8] = []
    for frame in frames { FrameEncoder.append(frame, to: &bytes) }
    var decoder = FrameDecoder(maxPayloadBytes: 1 << 20)
    var decoded: [Frame] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...min(rest.count, 200), using: &random)
      decoder.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
      while let frame = try decoder.next() { decoded.append(frame) }
    }
    #expect(decoded == frames)
    #expect(decoder.bufferedBytes == 0)
  }

  @Test("two frames decode the same at every place their bytes may be split")
  func everySplit() throws {
    let frames: [Frame] = [
      .call(stream: 1, CallRequest(method: "list", metadata: [MetadataPair("a", "b")])),
      .goAway(GoAway(lastStreamID: 1, code: 0, text: "bye")),
    ]
    let bytes = frames.flatMap { FrameEncoder.encode($0) }
    for first in 0...bytes.count {
      for second in first...bytes.count {
        var decoder = FrameDecoder(maxPayloadBytes: 1 << 20)
        var decoded: [Frame] = []
        for part in [bytes[..<first], bytes[first..<second], bytes[second...]] {
          decoder.append(Array(part))
          while let frame = try decoder.next() { decoded.append(frame) }
        }
        #expect(decoded == frames)
      }
    }
  }

  @Test("random bytes never decode to something that encodes longer", arguments: 0..<200)
  func noise(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var bytes = FrameEncoder.encode(.random(using: &random))
    for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.bytes(1)[0] }
    var decoder = FrameDecoder(maxPayloadBytes: 4096)
    decoder.append(bytes)
    if let decoded = try? decoder.next() {
      #expect(FrameEncoder.encode(decoded).count <= bytes.count)
    }
  }

  @Test("text too long for its field is cut between two characters")
  func longText() throws {
    let text = String(repeating: "€", count: 30_000)
    var decoder = FrameDecoder(maxPayloadBytes: 1 << 20)
    decoder.append(FrameEncoder.encode(.goAway(GoAway(lastStreamID: 0, code: 0, text: text))))
    guard case .goAway(let notice)? = try decoder.next() else {
      Issue.record("no GOAWAY")
      return
    }
    #expect(notice.text == String(repeating: "€", count: 21_845))
  }

  @Test("codes that only later versions know are kept as they are")
  func unknownCode() {
    #expect(GoAway(lastStreamID: 0, code: 200, text: "x").reason.code == .internalError)
  }
}
