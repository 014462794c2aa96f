internal import Glibc
public import NIOCore

/// Writes to a channel's socket without the channel: one system call for what is due, nothing else.
///
/// For the plain socket of a channel that has nothing of its own to write. A feed makes many small
/// writes a second, and a channel's way to the socket takes a third of what the kernel takes.
///
/// Invariant of the unsafe code: the descriptor is the channel's, which owns it. It is used on the
/// channel's event loop alone and while the channel is active there, so that it is open and no
/// other's. The pointers in `parts` are those of buffers that are held during the call.
@safe
public final class SocketOutlet {
  /// What the socket made of it.
  public enum Outcome: Equatable {
    /// So many bytes are on their way; fewer than were offered when it is full.
    case written(Int)
    /// The connection is broken: the channel finds out how when it writes.
    case failed
  }

  /// Buffers that one call takes.
  public static let partsMax = 64

  private var parts = unsafe [iovec](repeating: iovec(), count: partsMax)

  public init() {}

  /// The descriptor of a channel's socket; nil when it has none, or when what is written has to
  /// pass through handlers first.
  public static func descriptor(of channel: any Channel) -> CInt? {
    let operations = channel.pipeline.syncOperations
    return try? operations.withUnsafeTransportIfAvailable { (handle: NIOBSDSocket.Handle) in handle
    }
  }

  /// Offers buffers, in order, to the socket of an active channel; at most `partsMax` of them.
  public func write(_ buffers: [ByteBuffer], to descriptor: CInt) -> Outcome {
    guard buffers.count > 1 else { return write(buffers[0], to: descriptor) }
    return write(buffers, from: 0, to: descriptor)
  }

  /// Offers one buffer to the socket of an active channel.
  public func write(_ buffer: ByteBuffer, to descriptor: CInt) -> Outcome {
    // Safe: the pointer is used within the closure alone.
    unsafe buffer.withUnsafeReadableBytes { bytes in
      Self.outcome { unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, $0) }
    }
  }

  /// Whether the socket of an active channel has something to read, or nothing more to come.
  public static func hasInput(_ descriptor: CInt) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // Safe: the kernel writes into the entry during the call alone.
    return unsafe poll(&entry, 1, 0) != 0
  }

  /// Takes the address of one buffer after the other, each held by the frame that took it.
  private func write(
    _ buffers: [ByteBuffer], from index: Int, to descriptor: CInt
  ) -> Outcome {
    guard index < buffers.count, index < Self.partsMax else {
      return send(count: index, to: descriptor)
    }
    // Safe: the pointer is used within the closure alone; the kernel only reads through it.
    return unsafe buffers[index].withUnsafeReadableBytes { bytes in
      unsafe parts[index] = iovec(
        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
      return write(buffers, from: index + 1, to: descriptor)
    }
  }

  private func send(count: Int, to descriptor: CInt) -> Outcome {
    // Safe: `count` parts are set, and their buffers are held by the callers.
    unsafe parts.withUnsafeMutableBufferPointer { parts in
      var message = unsafe msghdr()
      unsafe message.msg_iov = parts.baseAddress
      unsafe message.msg_iovlen = count
      return Self.outcome { unsafe sendmsg(descriptor, &message, $0) }
    }
  }

  /// What a call did that takes these flags.
  private static func outcome(_ call: (CInt) -> Int) -> Outcome {
    while true {
      let result = call(CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
      if result >= 0 { return .written(result) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .written(0)
      default: return .failed
      }
    }
  }
}
