internal import BinaryProtocol
internal import EngineCore
internal import NIOCore

/// One subscription of one client: a cursor and a selection over the encoded log.
///
/// While it keeps up it is *live*: everything below the log's sealed end was sent. Else it is
/// behind, and reads the log from `next` on as its socket and credit allow. Only a conflating feed
/// holds events of its own.
final class Feed {
  /// What comes next for the client.
  enum Phase {
    case preamble
    case behind
    case live
    case ended
  }

  /// Records that wait for the next flush.
  enum Pending {
    /// A part of the log as it is.
    case slice(ByteBuffer)
    /// Records from several places, behind room for the header.
    case gathered(ByteBuffer)
  }

  /// Its number in the hub.
  let number: Int
  let stream: UInt32
  let policy: DeliveryPolicy
  let isCompressed: Bool
  let connection: FeedConnection
  let selection: Selection
  var phase = Phase.preamble
  /// Everything below is sent, or told as lost. Of a live feed it may be older.
  var next: UInt64
  /// The segment that holds `next`, or will.
  var segment: Int
  var conflationNanos: Int64
  var flushNanos: Int64
  var preamble: Preamble?
  /// Records that go before anything of the log, the last piece first: the first position, a
  /// snapshot, a conflated delivery.
  var queue: [[UInt8]] = []
  var wantsSnapshot: Bool
  /// The next frame, as far as it has been gathered.
  var pending: Pending?
  /// Not before this time is the next frame sent; nil when nothing waits for a time.
  var dueNanos: Int64?
  var conflator: Conflator?
  /// When something was sent last.
  var sentNanos: Int64
  /// When it last got further in the log.
  var progressNanos: Int64
  /// In the hub's list of those that have something to send.
  var isActive = false
  /// Waits for credit or for the socket.
  var isBlocked = false
  private(set) var sentRecords: UInt64 = 0
  var lostRecords: UInt64 = 0

  init(
    number: Int, stream: UInt32, connection: FeedConnection, selection: Selection,
    policy: DeliveryPolicy, request: SubscribeRequest, isCompressed: Bool, next: UInt64,
    segment: Int, now: Int64
  ) {
    self.number = number
    self.stream = stream
    self.connection = connection
    self.selection = selection
    self.policy = policy
    self.isCompressed = isCompressed
    self.next = next
    self.segment = segment
    conflationNanos = Int64(clamping: request.conflationNanos)
    flushNanos = Int64(clamping: request.flushNanos)
    wantsSnapshot = request.start == .snapshot
    conflator = policy == .conflate ? Conflator() : nil
    sentNanos = now
    progressNanos = now
  }

  /// Room that a frame's header takes before its records.
  static let headerBytes = WireFormat.headerBytes

  /// Largest payload of one frame to this client, in whole records.
  var frameBytesMax: Int {
    min(Int(connection.peerFrameBytes), EncodedLog.segmentBytesMax) / 64 * 64
  }

  /// An empty buffer for a frame, with the room of its header left free.
  static func frameBuffer(payloadBytes: Int) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: headerBytes + payloadBytes)
    buffer.writeRepeatingByte(0, count: headerBytes)
    return buffer
  }

  var pendingBytes: Int {
    switch pending {
    case .slice(let slice): slice.readableBytes
    case .gathered(let frame): frame.readableBytes - Self.headerBytes
    case nil: 0
    }
  }

  /// Below this, records are copied rather than sliced: a frame of its own costs more.
  private static let sliceBytesMin = 2048

  /// Adds records of a segment that has been sealed to the next frame; `runs` says where they are.
  func gather(_ runs: [UInt64], from segment: LogSegment) {
    let records = segment.bytes
    let bytes = runs.reduce(0) { $0 + Int($1 & 0xFFFF_FFFF) - Int($1 >> 32) }
    if runs.count == 1, pending == nil, bytes >= Self.sliceBytesMin,
      let slice = records.getSlice(at: records.readerIndex + Int(runs[0] >> 32), length: bytes)
    {
      pending = .slice(slice)
      return
    }
    var buffer = takeGathered(adding: bytes)
    let span = records.readableBytesSpan
    buffer.writeWithOutputRawSpan(minimumWritableBytes: bytes) { output in
      for run in runs {
        RecordCopy.append(span, Int(run >> 32), Int(run & 0xFFFF_FFFF), to: &output)
      }
    }
    pending = .gathered(buffer)
  }

  private func takeGathered(adding bytes: Int) -> ByteBuffer {
    let before = pending
    pending = nil
    switch before {
    case nil: return Self.frameBuffer(payloadBytes: bytes)
    case .gathered(let buffer): return buffer
    case .slice(let slice):
      var buffer = Self.frameBuffer(payloadBytes: slice.readableBytes + bytes)
      buffer.writeImmutableBuffer(slice)
      return buffer
    }
  }
}
