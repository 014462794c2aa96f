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

  /// Sends a frame whose header room is still empty. False when it has to wait.
  func send(_ feed: Feed, frame: inout ByteBuffer, _ now: Int64) -> Bool {
    let payloadBytes = frame.readableBytes - Feed.headerBytes
    if feed.isCompressed, payloadBytes >= LogSegment.compressedBytesMin {
      var payload: [UInt8] = []
      let span = frame.readableBytesSpan
      compressor.append(span.extracting(Feed.headerBytes..<span.byteCount), to: &payload)
      guard spend(feed, payload.count) else {
        feed.isBlocked = true
        return false
      }
      feed.connection.write(
        header: feed.stream, isCompressed: true, payload: ByteBuffer(bytes: payload))
    } else {
      guard spend(feed, payloadBytes) else {
        feed.isBlocked = true
        return false
      }
      feed.connection.write(frame: &frame, stream: feed.stream)
    }
    sent(feed, now)
    return true
  }

  /// Sends a part of the log as it is. False when it has to wait.
  func send(_ feed: Feed, slice: ByteBuffer, _ now: Int64) -> Bool {
    if feed.isCompressed, slice.readableBytes >= LogSegment.compressedBytesMin {
      var frame = Feed.frameBuffer(payloadBytes: slice.readableBytes)
      frame.writeImmutableBuffer(slice)
      return send(feed, frame: &frame, now)
    }
    guard spend(feed, slice.readableBytes) else {
      feed.isBlocked = true
      return false
    }
    feed.connection.write(header: feed.stream, isCompressed: false, payload: slice)
    sent(feed, now)
    return true
  }

  @discardableResult
  func send(_ feed: Feed, records: [UInt8], _ now: Int64) -> Bool {
    var frame = Feed.frameBuffer(payloadBytes: records.count)
    frame.writeBytes(records)
    return send(feed, frame: &frame, now)
  }

  func sent(_ feed: Feed, _ now: Int64) {
    feed.isBlocked = false
    feed.sentNanos = now
    feed.progressNanos = now
    markDirty(feed.connection)
  }

  func flushSockets() {
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
