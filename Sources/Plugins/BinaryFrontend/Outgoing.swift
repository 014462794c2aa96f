internal import NIOCore
internal import Transport

/// What a connection says, on its way to the socket: straight to it as long as it takes everything,
/// through the channel when something has to wait or to be encrypted. Lives on the event loop.
///
/// A channel may call back while it is written to: what is written then waits for its turn.
final class Outgoing {
  private let outlet: SocketOutlet
  /// Nil when everything has to pass through the channel's handlers.
  private var descriptor: CInt?
  private var pending: [ByteBuffer] = []
  private var pendingBytes = 0
  /// The channel had to keep something: until it is gone nothing may overtake it.
  private var waitsForChannel = false
  private var isWritingToChannel = false

  init(outlet: SocketOutlet) { self.outlet = outlet }

  /// The channel is there. `isPlain`: what is written goes out as it is.
  func begin(_ channel: any Channel, isPlain: Bool) {
    descriptor = isPlain ? SocketOutlet.descriptor(of: channel) : nil
  }

  /// Bytes that the socket has not taken.
  func unwrittenBytes(_ channel: any Channel) -> Int {
    pendingBytes + Self.bufferedBytes(channel)
  }

  private static func bufferedBytes(_ channel: any Channel) -> Int {
    (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }

  /// Takes a buffer for the next flush, which is at once when `limit` bytes wait.
  func write(_ buffer: ByteBuffer, limit: Int, _ context: ChannelHandlerContext) {
    pending.append(buffer)
    pendingBytes += buffer.readableBytes
    // With TLS a channel learns how much waits only when it is flushed.
    if pendingBytes >= limit || pending.count == SocketOutlet.partsMax { flush(context) }
  }

  func flush(_ context: ChannelHandlerContext) {
    guard !isWritingToChannel else { return }
    while !pending.isEmpty {
      if writeDirectly(context.channel) {
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
      } else {
        writeToChannel(context)
      }
    }
  }

  private func writeToChannel(_ context: ChannelHandlerContext) {
    let buffers = pending
    pending = []
    pendingBytes = 0
    isWritingToChannel = true
    for buffer in buffers { context.write(NIOAny(buffer), promise: nil) }
    context.flush()
    isWritingToChannel = false
  }

  /// True when the socket took everything; else what it did not take is left in `pending`.
  private func writeDirectly(_ channel: any Channel) -> Bool {
    // A channel that is closed has given its descriptor back, and it may be another's by now.
    guard let descriptor, channel.isActive else { return false }
    if waitsForChannel {
      guard Self.bufferedBytes(channel) == 0 else { return false }
      waitsForChannel = false
    }
    switch outlet.write(pending, to: descriptor) {
    case .written(let count) where count == pendingBytes: return true
    case .written(let count): drop(count)
    // The channel meets the same error, and closes.
    case .failed: break
    }
    waitsForChannel = true
    return false
  }

  /// Takes bytes away that have been written.
  private func drop(_ count: Int) {
    var left = count
    while let first = pending.first, left >= first.readableBytes {
      left -= first.readableBytes
      pending.removeFirst()
    }
    if left > 0 { pending[0].moveReaderIndex(forwardBy: left) }
    pendingBytes -= count
  }
}
