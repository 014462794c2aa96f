import NIOCore
import Testing

@testable import Transport

@Suite("Memory for what a channel reads")
struct SparingReceiveAllocatorTests {
  private func capacity(_ allocator: SparingReceiveAllocator) -> Int {
    allocator.buffer(allocator: ByteBufferAllocator()).capacity
  }

  @Test("what a channel keeps is tiny, what it reads then grows with what comes, and shrinks")
  func sizes() {
    var allocator = SparingReceiveAllocator(largestBytes: 64 << 10)
    #expect(capacity(allocator) <= 64)
    _ = allocator.record(actualReadBytes: 16)
    #expect(capacity(allocator) == 1024)
    for expected in [4096, 16_384, 65_536, 65_536] {
      _ = allocator.record(actualReadBytes: capacity(allocator))
      #expect(capacity(allocator) == expected)
    }
    for _ in 0..<10 { _ = allocator.record(actualReadBytes: 10) }
    #expect(capacity(allocator) == 1024)
  }

  @Test("a channel's pool keeps the first buffer and no other")
  func pool() {
    var pool = NIOPooledRecvBufferAllocator(
      capacity: 1, recvAllocator: SparingReceiveAllocator(largestBytes: 64 << 10))
    var kept = 0
    for round in 0..<20 {
      let (buffer, _) = pool.buffer(allocator: ByteBufferAllocator()) { buffer in
        buffer.writeRepeatingByte(0, count: buffer.writableBytes)
      }
      if round == 0 { kept = buffer.capacity } else { #expect(buffer.capacity >= 1024) }
      pool.record(actualReadBytes: buffer.readableBytes)
    }
    #expect(kept <= 64 && pool.count == 1)
  }
}
