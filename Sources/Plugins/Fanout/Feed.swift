package import EngineCore

/// One subscription of one client: a cursor and a selection over the encoded log.
///
/// While it keeps up it is *live*: everything below the log's sealed end was sent. Else it is
/// behind, and reads the log from `next` on as its socket and credit allow. Only a conflating feed
/// holds events of its own.
package final class Feed {
  /// What comes next for the client.
  package enum Phase {
    case preamble
    case behind
    case live
    case ended
  }

  /// Its number in the hub.
  let number: Int
  package let stream: UInt32
  package let policy: DeliveryPolicy
  let coding: FrameCoding
  let client: any FeedReceiver
  package let selection: Selection
  package internal(set) var phase = Phase.preamble
  /// Everything below is sent, or told as lost. Of a live feed it may be older.
  var next: UInt64
  package var conflationNanos: Int64
  package var flushNanos: Int64
  var preamble: (any FeedPreamble)?
  /// What goes before anything of the log, the last piece first: the first position, a snapshot, a
  /// conflated delivery.
  var queue: [FeedPiece] = []
  let wantsSnapshot: Bool
  /// It has been told that it caught up, or need not be.
  var wasToldLive: Bool
  /// It began before the log in memory did, and has not caught up with it.
  var readsPast: Bool
  /// What was read for it of the kept log, the last piece first.
  var pieces: [PastPiece] = []
  /// The number of the reading that is under way for it; 0 for none.
  var reading: UInt64 = 0
  /// While it is live: those that get the same.
  var group: FeedGroup?
  /// Not before this time is the next frame sent; nil when nothing waits for a time.
  package var dueNanos: Int64?
  var conflator: Conflator?
  /// When something was sent last.
  var sentNanos: Int64
  /// When it last got further in the log.
  var progressNanos: Int64
  /// In the hub's list of those that have something to send.
  var isActive = false
  /// Waits for credit or for the socket.
  package var isBlocked = false
  package internal(set) var lostRecords: UInt64 = 0

  init(
    _ request: FeedRequest, number: Int, client: any FeedReceiver, readsPast: Bool, tellsLive: Bool,
    now: Int64
  ) {
    self.number = number
    self.client = client
    stream = request.stream
    selection = request.selection
    policy = request.policy
    coding = request.coding
    next = request.from
    conflationNanos = request.conflationNanos
    flushNanos = request.flushNanos
    wantsSnapshot = request.wantsSnapshot
    wasToldLive = !tellsLive
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
      subjects: selection.patterns, stream: stream, coding: coding, frameBytesMax: frameBytesMax)
  }

  /// Largest payload of one frame to this client, in whole records.
  var frameBytesMax: Int { min(client.frameBytesMax, EncodedLog.segmentBytesMax) }

  /// How many bytes of records make a piece, when the largest takes so many.
  func pieceBytes(below largeRecordBytes: Int) -> Int {
    max(min(frameBytesMax, 64 << 10) - largeRecordBytes, 1)
  }
}
