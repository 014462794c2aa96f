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
  /// It began before the log in memory did, and has not caught up with it.
  var readsPast: Bool
  /// What was read for it of the kept log, the last piece first.
  var pieces: [PastPiece] = []
  /// The number of the reading that is under way for it; 0 for none.
  var reading: UInt64 = 0
  /// While it is live: those that get the same.
  var group: FeedGroup?
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
    policy: DeliveryPolicy, request: SubscribeRequest, limits: FeedLimits, isCompressed: Bool,
    next: UInt64, segment: Int, readsPast: Bool, now: Int64
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
    flushNanos = limits.flushNanos(asked: request.flushNanos)
    wantsSnapshot = request.start == .snapshot
    self.readsPast = readsPast
    conflator = policy == .conflate ? Conflator() : nil
    sentNanos = now
    progressNanos = now
  }

  /// How long what is new may wait. Conflated state has an interval, but does not wait for it when
  /// it has been quiet.
  var patienceNanos: Int64 { policy == .conflate ? 0 : flushNanos }

  /// What it has in common with feeds that get the same bytes; nil when it has a pace of its own.
  var groupKey: FeedGroup.Key? {
    guard flushNanos == 0, !selection.hasUnknownNames else { return nil }
    return FeedGroup.Key(
      subjects: selection.patterns, stream: stream, isCompressed: isCompressed,
      frameBytesMax: frameBytesMax)
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
}
