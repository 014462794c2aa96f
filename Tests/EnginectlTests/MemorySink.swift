import Synchronization

@testable import enginectl

/// Keeps what is written; as a pipe it closes after some writes.
final class MemorySink: ByteSink {
  private let state: Mutex<(bytes: [UInt8], writesLeft: Int)>

  init(closingAfter writes: Int = .max) { state = Mutex(([], writes)) }

  func write(_ bytes: [UInt8]) throws(ControlError) {
    let isOpen = state.withLock { state in
      guard state.writesLeft > 0 else { return false }
      state.writesLeft -= 1
      state.bytes += bytes
      return true
    }
    if !isOpen { throw .outputClosed }
  }

  var bytes: [UInt8] { state.withLock { $0.bytes } }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
