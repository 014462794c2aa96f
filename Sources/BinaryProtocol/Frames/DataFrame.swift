/// A data frame as it was received.
public struct DataFrame: Equatable, Sendable {
  /// Where the payload is.
  public enum Payload: Equatable, Sendable {
    /// In the bytes that were passed to `received`, at this range: nothing was copied.
    case input(Range<Int>)
    /// It came in pieces and was put together.
    case held([UInt8])

    /// Bytes of the payload.
    public var count: Int {
      switch self {
      case .input(let range): range.count
      case .held(let bytes): bytes.count
      }
    }
  }

  public var stream: UInt32
  /// The payload is a size and a zlib stream.
  public var isCompressed: Bool
  /// From a client: its last data of the call.
  public var isLast: Bool
  public var payload: Payload

  public init(
    stream: UInt32, isCompressed: Bool = false, isLast: Bool = false, payload: Payload
  ) {
    self.stream = stream
    self.isCompressed = isCompressed
    self.isLast = isLast
    self.payload = payload
  }

  init(stream: UInt32, flags: UInt8, payload: Payload) {
    self.init(
      stream: stream, isCompressed: flags & FrameFlags.compressed != 0,
      isLast: flags & FrameFlags.lastData != 0, payload: payload)
  }

  /// Calls `body` with the payload; `input` is what was passed to `received`.
  public func withPayload<Result, Failure: Error>(
    of input: RawSpan, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch payload {
    case .input(let range): return try body(input.extracting(range))
    case .held(let bytes): return try body(bytes.raw)
    }
  }
}
