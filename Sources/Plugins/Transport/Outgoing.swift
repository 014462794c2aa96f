package import NIOCore

/// What a connection says, on its way to the socket: straight to it as long as it takes everything,
/// through the channel when something has to wait or to be encrypted. Lives on the event loop.
///
/// A channel may call back while it is written to: what is written then waits for its turn.
package final class Outgoing {
  private let outlet: SocketOutlet
  private var channel: (any Channel)?
  /// Nil when everything has to pass through the channel's handlers.
  private var descriptor: CInt?
  private var pending: [ByteBuffer] = []
  private var pendingBytes = 0
  /// The channel had to keep something: until it is gone nothing may overtake it.
  private var waitsForChannel = false
  private var isWritingToChannel = false

  package init(outlet: SocketOutlet) { self.outlet = outlet }

  /// The channel is there. `isPlain`: what is written goes out as it is.
  package func begin(_ channel: any Channel, isPlain: Bool) {
    self.channel = channel
    descriptor = isPlain ? SocketOutlet.descriptor(of: channel) : nil
    // Another handler may have written before this one came.
    waitsForChannel = bufferedBytes > 0
  }

  /// The channel is gone.
  package func end() {
    channel = nil
    descriptor = nil
  }

  /// Bytes that the socket has not taken.
  package var unwrittenBytes: Int { pendingBytes + bufferedBytes }

  private var bufferedBytes: Int {
    (try? channel?.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }

  /// Writes a buffer now, when nothing comes before it and the socket takes it; false when it took
  /// none of it. Cheaper than a write and a flush.
  package func writeAtOnce(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
    guard pending.isEmpty, !waitsForChannel, let descriptor, channel?.isActive ?? false,
      case .written(let count) = outlet.write(buffer, to: descriptor), count > 0
    else { return false }
    if count < buffer.readableBytes {
      pending = [buffer]
      pendingBytes = buffer.readableBytes
      drop(count)
      waitsForChannel = true
      writeToChannel(context)
    }
    return true
  }

  /// Looks for something to read so often, until there is something or `stops` says so.
  package func awaitInput(looks: Int, stops: () -> Bool) {
    guard let descriptor, channel?.isActive ?? false else { return }
    for _ in 0..<looks {
      if SocketOutlet.hasInput(descriptor) || stops() { return }
    }
  }

  /// Takes a buffer for the next flush, which is at once when `limit` bytes wait.
  package func write(_ buffer: ByteBuffer, limit: Int, _ context: ChannelHandlerContext) {
    pending.append(buffer)
    pendingBytes += buffer.readableBytes
    // With TLS a channel learns how much waits only when it is flushed.
    if pendingBytes >= limit || pending.count == SocketOutlet.partsMax { flush(context) }
  }

  package func flush(_ context: ChannelHandlerContext) {
    guard !isWritingToChannel else { return }
    while !pending.isEmpty {
      if writeDirectly() {
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
  private func writeDirectly() -> Bool {
    // A channel that is closed has given its descriptor back, and it may be another's by now.
    guard let descriptor, channel?.isActive ?? false else { return false }
    if waitsForChannel {
      guard bufferedBytes == 0 else { return false }
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
