internal import NIOCore

/// Ends a connection from this side so that its client can read what was said last.
///
/// Who closes a socket on which something unread has come resets the connection, and a reset throws
/// away what was on its way. So only this direction is closed, and the client's end is waited for,
/// not for ever and not for any number of clients.
struct Lingering {
  private(set) var deadlineNanos: Int64?

  static let nanos: Int64 = 2_000_000_000

  var isUnderWay: Bool { deadlineNanos != nil }

  /// Notes that the connection is ended from here; whether its client is waited for.
  mutating func begin(_ crowd: LingeringCrowd, now: Int64) -> Bool {
    let lingers = crowd.enter()
    if lingers { deadlineNanos = now + Self.nanos }
    return lingers
  }

  /// Closes behind everything that was written.
  ///
  /// Part of no value: to a client that has gone a write fails, and the channel tells its handlers
  /// of the end before this returns.
  static func close(_ context: ChannelHandlerContext, lingers: Bool) {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(NIOAny(ByteBuffer())).whenComplete { _ in
      guard lingers else { return bound.value.close(promise: nil) }
      bound.value.close(mode: .output).whenFailure { _ in bound.value.close(promise: nil) }
    }
  }

  /// The connection is over.
  mutating func end(_ crowd: LingeringCrowd) {
    if deadlineNanos != nil { crowd.leave() }
    deadlineNanos = nil
  }
}

/// Connections that were closed from here and wait for their clients to close too.
final class LingeringCrowd {
  private var count = 0
  /// More are not waited for: a flood of connections that are turned away costs no more.
  private static let countMax = 1024

  func enter() -> Bool {
    guard count < Self.countMax else { return false }
    count += 1
    return true
  }

  func leave() { count -= 1 }
}
