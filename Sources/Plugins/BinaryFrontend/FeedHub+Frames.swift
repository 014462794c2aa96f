internal import BinaryProtocol
internal import EngineCore
internal import NIOCore

/// Single frames.
extension FeedHub {
  func blocked(_ feed: Feed) -> Step {
    feed.isBlocked = true
    return .blocked
  }

  func spend(_ feed: Feed, _ payloadBytes: Int) -> Bool {
    feed.connection.spend(payloadBytes, on: feed.stream)
  }

  /// Makes a frame of what was gathered.
  func frame(
    _ pending: Gathering.Pending, stream: UInt32, isCompressed: Bool
  ) -> WireFrame {
    switch pending {
    case .slice(let slice):
      return compressed(slice, from: 0, stream, isCompressed)
        ?? WireFrame(payload: slice, isCompressed: false, stream: stream)
    case .gathered(let buffer):
      return compressed(buffer, from: Feed.headerBytes, stream, isCompressed)
        ?? WireFrame(buffer, stream: stream)
    }
  }

  /// Nil when the client wants it plain, or when it is not worth it.
  private func compressed(
    _ records: ByteBuffer, from start: Int, _ stream: UInt32, _ isCompressed: Bool
  ) -> WireFrame? {
    guard isCompressed, records.readableBytes - start >= LogSegment.compressedBytesMin else {
      return nil
    }
    var payload: [UInt8] = []
    let span = records.readableBytesSpan
    compressor.append(span.extracting(start..<span.byteCount), to: &payload)
    return WireFrame(payload: ByteBuffer(bytes: payload), isCompressed: true, stream: stream)
  }

  /// Sends a frame. False when it has to wait.
  func send(_ feed: Feed, _ frame: WireFrame, _ now: Int64) -> Bool {
    guard spend(feed, frame.payloadBytes) else {
      feed.isBlocked = true
      return false
    }
    feed.connection.write(frame)
    sent(feed, now)
    return true
  }

  /// Sends a frame that is all that the feed gets in this flush.
  func sendAlone(_ feed: Feed, _ frame: WireFrame, _ now: Int64) -> Bool {
    guard spend(feed, frame.payloadBytes) else {
      feed.isBlocked = true
      return false
    }
    if feed.connection.writeAtOnce(frame) {
      told(feed, now)
    } else {
      feed.connection.write(frame)
      sent(feed, now)
    }
    return true
  }

  @discardableResult
  func send(_ feed: Feed, records: [UInt8], _ now: Int64) -> Bool {
    var buffer = Feed.frameBuffer(payloadBytes: records.count)
    buffer.writeBytes(records)
    return send(
      feed, frame(.gathered(buffer), stream: feed.stream, isCompressed: feed.isCompressed), now)
  }

  func sent(_ feed: Feed, _ now: Int64) {
    told(feed, now)
    markDirty(feed.connection)
  }

  private func told(_ feed: Feed, _ now: Int64) {
    feed.isBlocked = false
    feed.sentNanos = now
    feed.progressNanos = now
  }

  func flushSockets() {
    lastFrame = nil
    guard !dirty.isEmpty else { return }
    for connection in dirty { connection.flushSocket() }
    dirty.removeAll(keepingCapacity: true)
  }

  /// The record of a loss of this stream.
  func gap(_ lost: ClosedRange<UInt64>) -> [UInt8] {
    var bytes: [UInt8] = []
    encoder.append(
      Event(
        Gap(
          subscriber: .none, reason: .unavailable, first: lost.lowerBound, last: lost.upperBound,
          count: UInt64(lost.count), time: clock.now())), to: &bytes)
    return bytes
  }
}
