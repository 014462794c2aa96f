public import NIOCore

/// Memory for what a channel reads, which goes back when it has been handled.
///
/// A channel keeps the first buffer that it is given for as long as it lives, and of thousands of
/// idle connections that is most of what they cost. So the first is tiny, and those that follow it
/// are the size of what has come lately and are not kept.
public struct SparingReceiveAllocator: RecvByteBufferAllocator {
  private let largestBytes: Int
  private var nextBytes: Int

  private static let firstBytes = 16
  private static let leastBytes = 1024

  public init(largestBytes: Int) {
    self.largestBytes = max(largestBytes, Self.leastBytes)
    nextBytes = Self.firstBytes
  }

  public func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    allocator.buffer(capacity: nextBytes)
  }

  /// None: a channel that is told a size makes the buffer that it keeps as large.
  public func nextBufferSize() -> Int? { nil }

  /// Always true, as the channel would read into the buffer that it keeps otherwise.
  public mutating func record(actualReadBytes: Int) -> Bool {
    if nextBytes == Self.firstBytes {
      nextBytes = Self.leastBytes
    } else if actualReadBytes >= nextBytes {
      nextBytes = min(nextBytes * 4, largestBytes)
    } else if actualReadBytes <= nextBytes / 8 {
      nextBytes = max(nextBytes / 2, Self.leastBytes)
    }
    return true
  }
}
