internal import NIOCore

/// Single frames.
extension FeedHub {
  func blocked(_ feed: Feed) -> Step {
    feed.isBlocked = true
    return .blocked
  }

  private func spend(_ feed: Feed, _ payloadBytes: Int) -> Bool {
    feed.client.spend(payloadBytes, on: feed.stream)
  }

  /// Sends a frame. False when it has to wait.
  func send(_ feed: Feed, _ frame: FeedFrame, _ now: Int64) -> Bool {
    guard spend(feed, frame.payloadBytes) else {
      feed.isBlocked = true
      return false
    }
    feed.client.write(frame)
    sent(feed, now)
    return true
  }

  /// Sends a frame that is all that the feed gets in this flush; `single` is its only buffer.
  func sendAlone(
    _ feed: Feed, _ frame: FeedFrame, _ single: ByteBuffer?, _ now: Int64
  ) -> Bool {
    guard spend(feed, frame.payloadBytes) else {
      feed.isBlocked = true
      return false
    }
    if let single, feed.client.writeAtOnce(single) {
      told(feed, now)
    } else {
      feed.client.write(frame)
      sent(feed, now)
    }
    return true
  }

  @discardableResult
  func send(_ feed: Feed, records: [UInt8], _ now: Int64) -> Bool {
    var buffer = Gathering.frameBuffer(
      headerBytes: format.headerBytes, payloadBytes: records.count)
    buffer.writeBytes(records)
    return send(
      feed, format.frame(.gathered(buffer), stream: feed.stream, coding: feed.coding), now)
  }

  /// Tells a feed how far it is. False when it has to wait.
  @discardableResult
  func send(_ feed: Feed, _ mark: FeedMark, next: UInt64, _ now: Int64) -> Bool {
    guard let frame = format.frame(mark, next: next, stream: feed.stream, coding: feed.coding)
    else { return true }
    return send(feed, frame, now)
  }

  func sent(_ feed: Feed, _ now: Int64) {
    told(feed, now)
    markDirty(feed.client)
  }

  private func told(_ feed: Feed, _ now: Int64) {
    feed.isBlocked = false
    feed.sentNanos = now
    feed.progressNanos = now
  }

  package func flushSockets() {
    lastFrame = nil
    guard !dirty.isEmpty else { return }
    for client in dirty { client.flushSocket() }
    dirty.removeAll(keepingCapacity: true)
  }
}
