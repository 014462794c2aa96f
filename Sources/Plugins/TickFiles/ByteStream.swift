/// The bytes of a file, plain, gzip or zstd: which one is told by its first bytes.
///
/// Copies share the place in the file: there is to be one user.
package struct ByteStream {
  private let file: InputFile
  private let inflater: Inflater?
  /// Bytes of the file that are not used yet.
  private var input: [UInt8]
  private var inputStart = 0
  private var inputEnd = 0
  /// Met after bytes that were still good.
  private var failure: InputError?

  private enum Inflater {
    case gzip(GzipInflater)
    case zstd(ZstdInflater)

    var isAtBoundary: Bool {
      switch self {
      case .gzip(let inflater): inflater.isAtBoundary
      case .zstd(let inflater): inflater.isAtBoundary
      }
    }

    var name: String {
      switch self {
      case .gzip: "gzip"
      case .zstd: "zstd"
      }
    }

    /// What its data begin with.
    var firstByte: UInt8 {
      switch self {
      case .gzip: 0x1F
      case .zstd: 0x28
      }
    }

    func inflate(
      _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from offset: Int
    ) -> GzipInflater.Progress {
      switch self {
      case .gzip(let inflater): inflater.inflate(input, range, into: &output, from: offset)
      case .zstd(let inflater): inflater.inflate(input, range, into: &output, from: offset)
      }
    }

    /// The one that a file's first bytes ask for.
    static func of(_ first: ArraySlice<UInt8>) throws(InputError) -> Inflater? {
      if first.starts(with: [0x1F, 0x8B]) { return .gzip(try GzipInflater()) }
      if first.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd(try ZstdInflater()) }
      return nil
    }
  }

  /// Compressed bytes read at a time.
  package static let inputBytes = 64 * 1024

  package init(path: String) throws(InputError) {
    let file = try InputFile(path: path)
    var input = [UInt8](repeating: 0, count: Self.inputBytes)
    var count = 0
    while count < 4 {
      let more = try file.read(into: &input, from: count)
      if more == 0 { break }
      count += more
    }
    inflater = try Inflater.of(input[..<count])
    self.file = file
    self.input = input
    inputEnd = count
  }

  package var isCompressed: Bool { inflater != nil }

  /// Bytes of the file that were read.
  package var position: Int64 { file.position }

  /// Fills the buffer from `offset` on. What comes before damage is delivered before the error.
  ///
  /// - Returns: the number of bytes written; 0 at the end.
  package mutating func read(into buffer: inout [UInt8], from offset: Int) throws(InputError) -> Int
  {
    if let failure { throw failure }
    guard let inflater else { return try readPlain(into: &buffer, from: offset) }
    var written = 0
    do throws(InputError) {
      while offset + written < buffer.count, failure == nil {
        if inputStart == inputEnd {
          guard try readMore() else {
            if inflater.isAtBoundary { return written }
            throw InputError(
              description: "truncated \(inflater.name) data: it ends after \(position) bytes")
          }
        } else {
          written += try inflate(inflater, into: &buffer, from: offset + written)
        }
      }
    } catch {
      failure = error
      if written == 0 { throw error }
    }
    return written
  }

  private mutating func inflate(
    _ inflater: Inflater, into buffer: inout [UInt8], from offset: Int
  ) throws(InputError) -> Int {
    if inflater.isAtBoundary {
      if input[inputStart] == 0 {
        // Archives padded with zeros to a block size are usual.
        inputStart += 1
        return 0
      }
      guard input[inputStart] == inflater.firstByte else {
        throw InputError(
          description: "corrupt \(inflater.name) data: more bytes after the end")
      }
    }
    let progress = inflater.inflate(
      input, inputStart..<inputEnd, into: &buffer, from: offset)
    inputStart += progress.consumed
    if let failure = progress.failure {
      guard progress.produced > 0 else { throw failure }
      self.failure = failure
    }
    return progress.produced
  }

  private mutating func readPlain(
    into buffer: inout [UInt8], from offset: Int
  ) throws(InputError) -> Int {
    if inputStart < inputEnd {
      let count = min(inputEnd - inputStart, buffer.count - offset)
      for index in 0..<count { buffer[offset + index] = input[inputStart + index] }
      inputStart += count
      return count
    }
    return try file.read(into: &buffer, from: offset)
  }

  /// Reads the next piece of the file behind the input; false at its end.
  private mutating func readMore() throws(InputError) -> Bool {
    if inputStart == inputEnd {
      inputStart = 0
      inputEnd = 0
    }
    let count = try file.read(into: &input, from: inputEnd)
    inputEnd += count
    return count > 0
  }
}
