internal import DBNFiles
internal import EngineCore

/// The text of a tick file: of a text file what it has, of lines of JSON and of one in Databento's
/// encoding its ticks as lines, so that whatever reads ticks reads all of them.
package struct TickLines {
  private var stream: ByteStream
  private enum Form {
    case text
    case binary(DBNText)
    case json(JSONTickLines)
  }

  private var form = Form.text
  /// Bytes that were read and not handed out.
  private var pending: [UInt8] = []
  private var isAtEnd = false

  /// - Parameter schemas: of Databento's encoding that are read; of others the file is refused.
  init(path: String, schemas: [DBNSchema]) throws(InputError) {
    stream = try ByteStream(path: path)
    var first = [UInt8](repeating: 0, count: 3)
    var count = 0
    while count < first.count {
      let more = try stream.read(into: &first, from: count)
      if more == 0 { break }
      count += more
    }
    pending = Array(first.prefix(count))
    if DBNMetadata.isBeginning(pending[...]) {
      form = .binary(DBNText(schemas))
    } else if pending.first == UInt8(ascii: "{") {
      form = .json(JSONTickLines())
    } else {
      return
    }
    pending = try lines(pending[...])
  }

  /// Bytes of the file that were read.
  package var position: Int64 { stream.position }

  /// What its bars last one of; nil when its lines are no bars. Known with the first line.
  var barUnit: BarSpec.Unit? { schema?.barUnit }

  /// Whether it tells of instruments and has no lines. Known with the first line.
  var isReference: Bool { schema == .definition }

  private var schema: DBNSchema? {
    if case .binary(let binary) = form { binary.schema } else { nil }
  }

  /// What the file told of instruments since the last time.
  mutating func takeFacts() -> [InstrumentFacts] {
    guard case .binary(var binary) = form else { return [] }
    defer { form = .binary(binary) }
    return binary.takeFacts()
  }

  /// Fills the buffer from `offset` on.
  ///
  /// - Returns: the number of bytes written; 0 at the end.
  package mutating func read(into buffer: inout [UInt8], from offset: Int) throws(InputError) -> Int
  {
    if pending.isEmpty {
      if case .text = form { return try stream.read(into: &buffer, from: offset) }
      try fill()
    }
    let count = min(pending.count, buffer.count - offset)
    for index in 0..<count { buffer[offset + index] = pending[index] }
    pending.removeFirst(count)
    return count
  }

  /// Reads on until there is a line, or the end.
  private mutating func fill() throws(InputError) {
    var bytes = [UInt8](repeating: 0, count: ByteStream.inputBytes)
    while pending.isEmpty, !isAtEnd {
      let count = try stream.read(into: &bytes, from: 0)
      if count == 0 {
        isAtEnd = true
        return try finish()
      }
      pending = try lines(bytes[..<count])
    }
  }

  private mutating func finish() throws(InputError) {
    switch form {
    case .text: break
    case .json(var json):
      pending = json.end()
      form = .json(json)
    case .binary(let binary):
      guard binary.rest == 0 else {
        throw InputError(
          description: "truncated DBN data: it ends within a record or its metadata")
      }
    }
  }

  private mutating func lines(_ bytes: ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
    switch form {
    case .text: return Array(bytes)
    case .json(var json):
      defer { form = .json(json) }
      return try json.lines(of: bytes)
    case .binary(var binary):
      defer { form = .binary(binary) }
      do throws(DBNError) {
        return try binary.lines(of: bytes)
      } catch {
        throw InputError(description: "\(error)")
      }
    }
  }
}
