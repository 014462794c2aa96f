package import NIOCore

/// Records of the log that make the next frame, as they come.
package struct Gathering {
  package enum Pending {
    /// A part of the log as it is.
    case slice(ByteBuffer)
    /// Records from several places, behind room for the header.
    case gathered(ByteBuffer)
  }

  private(set) var pending: Pending?
  /// Room that the format wants in front.
  private let headerBytes: Int
  /// Room that the last frame took: the next one will take as much.
  private var lastBytes = 0

  /// Below this, records are copied rather than sliced: a frame of its own costs more.
  private static let sliceBytesMin = 2048

  init(headerBytes: Int) { self.headerBytes = headerBytes }

  var isEmpty: Bool { pending == nil }

  /// Bytes of records.
  var byteCount: Int {
    switch pending {
    case .slice(let slice): slice.readableBytes
    case .gathered(let frame): frame.readableBytes - headerBytes
    case nil: 0
    }
  }

  mutating func take() -> Pending? {
    lastBytes = byteCount
    defer { pending = nil }
    return pending
  }

  /// Adds records of a segment; `runs` says where they are. Of one that is open they are copied: it
  /// would have to be, to grow, if somebody held it.
  mutating func add(_ runs: [UInt64], from segment: LogSegment, isOpen: Bool) {
    let records = segment.bytes
    let bytes = runs.reduce(0) { $0 + Int($1 & 0xFFFF_FFFF) - Int($1 >> 32) }
    if !isOpen, runs.count == 1, pending == nil, bytes >= Self.sliceBytesMin,
      let slice = records.getSlice(at: records.readerIndex + Int(runs[0] >> 32), length: bytes)
    {
      pending = .slice(slice)
      return
    }
    var buffer = takeBuffer(adding: bytes)
    let span = records.readableBytesSpan
    buffer.writeWithOutputRawSpan(minimumWritableBytes: bytes) { output in
      for run in runs {
        RecordCopy.append(span, Int(run >> 32), Int(run & 0xFFFF_FFFF), to: &output)
      }
    }
    pending = .gathered(buffer)
  }

  private mutating func takeBuffer(adding bytes: Int) -> ByteBuffer {
    let before = pending
    pending = nil
    switch before {
    case nil: return frameBuffer(payloadBytes: max(bytes, min(lastBytes, 64 << 10)))
    case .gathered(let buffer): return buffer
    case .slice(let slice):
      var buffer = frameBuffer(payloadBytes: slice.readableBytes + bytes)
      buffer.writeImmutableBuffer(slice)
      return buffer
    }
  }

  /// An empty buffer for a frame, with the room of its header left free.
  private func frameBuffer(payloadBytes: Int) -> ByteBuffer {
    Self.frameBuffer(headerBytes: headerBytes, payloadBytes: payloadBytes)
  }

  static func frameBuffer(headerBytes: Int, payloadBytes: Int) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: headerBytes + payloadBytes + tailBytesMax)
    buffer.writeRepeatingByte(0, count: headerBytes)
    return buffer
  }

  /// Room for what a format writes behind the records.
  private static let tailBytesMax = 8
}
