internal import EngineCore
package import NIOCore

/// A client's connection, as its feeds see it. Lives on the event loop of the hub.
package protocol FeedReceiver: AnyObject {
  /// Largest payload of one frame to it.
  var frameBytesMax: Int { get }
  /// In the hub's list of those whose socket has to be flushed.
  var isDirty: Bool { get set }

  /// Asks for the right to send a frame of records; false when it has to wait. Whoever was refused
  /// is told to the hub (`FeedHub.resume`) when there is room.
  func spend(_ payloadBytes: Int, on stream: UInt32) -> Bool
  /// Writes a frame; flushed at the end of the turn.
  func write(_ frame: FeedFrame)
  /// Writes a frame in one piece now, when it is all that the connection is going to be sent and
  /// its socket takes it. False when nothing was written.
  func writeAtOnce(_ frame: ByteBuffer) -> Bool
  func flushSocket()
  /// Ends a subscription that the hub cannot go on with: takes it out of the hub and tells the
  /// client.
  func end(_ feed: Feed, _ reason: FeedEnd)
}

/// Why the hub cannot go on with a feed.
package enum FeedEnd: Equatable, Sendable {
  /// It fell behind what is kept, and its policy allows no loss; the oldest that is kept.
  case fellBehind(first: UInt64)
  /// It has not read for too long, and may not lose anything.
  case stoodStill
}
