import Testing

@testable import Replay
@testable import TickFiles

@Suite("Byte streams")
struct ByteStreamTests {
  private let text = Array(String(repeating: "0123456789abcdef\n", count: 20_000).utf8)

  private func read(_ path: String, buffer size: Int = 5_000) throws -> (
    bytes: [UInt8], error: String?
  ) {
    var stream = try ByteStream(path: path)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: size)
    do {
      while true {
        let count = try stream.read(into: &buffer, from: 3)
        if count == 0 { return (bytes, nil) }
        bytes += buffer[3..<3 + count]
      }
    } catch {
      return (bytes, "\(error)")
    }
  }

  @Test("plain and gzip files give the same bytes, members and zero padding included")
  func good() throws {
    let scratch = try Scratch()
    let plain = try read(scratch.file("plain", text))
    #expect(plain.bytes == text && plain.error == nil)
    let half = text.count / 2
    let packed =
      StoredGzip.member(Array(text[..<half])) + StoredGzip.member([])
      + StoredGzip.member(Array(text[half...]), block: 777) + [UInt8](repeating: 0, count: 1_000)
    let unpacked = try read(scratch.file("packed", packed))
    #expect(unpacked.bytes == text && unpacked.error == nil)
  }

  @Test("a truncated file gives what it has, then says so")
  func truncated() throws {
    let scratch = try Scratch()
    let packed = StoredGzip.member(text)
    for cut in [packed.count - 1, packed.count - 8, packed.count / 2] {
      let result = try read(scratch.file("cut", Array(packed[..<cut])))
      #expect(result.error == "truncated gzip data: it ends after \(cut) bytes")
      #expect(result.bytes == Array(text[..<result.bytes.count]))
      #expect(result.bytes.count >= min(text.count, cut - 40))
    }
  }

  @Test("damage is named by what zlib found")
  func corrupt() throws {
    let scratch = try Scratch()
    var packed = StoredGzip.member(text)
    packed[packed.count - 8] ^= 1
    #expect(
      try read(scratch.file("crc", packed)).error == "corrupt gzip data: incorrect data check")
    packed = StoredGzip.member(text)
    packed[10] = 0x07
    #expect(
      try read(scratch.file("block", packed)).error == "corrupt gzip data: invalid block type")
    packed = StoredGzip.member(text) + Array("garbage".utf8)
    let result = try read(scratch.file("tail", packed))
    #expect(result.error == "corrupt gzip data: more bytes after the end")
    #expect(result.bytes == text)
  }

  @Test("files that cannot be opened say why")
  func missing() throws {
    let scratch = try Scratch()
    #expect(throws: InputError(description: "no such file or directory", isMissing: true)) {
      try ByteStream(path: scratch.path + "/none")
    }
    #expect(throws: InputError(description: "it is a directory")) {
      try ByteStream(path: scratch.path)
    }
  }

  @Test("empty and one-byte files are plain")
  func short() throws {
    let scratch = try Scratch()
    #expect(try read(scratch.file("empty", "")).bytes == [])
    #expect(try read(scratch.file("one", [0x1F])).bytes == [0x1F])
  }
}
