import Glibc

/// Writes to a file descriptor.
struct DescriptorSink: ByteSink {
  let descriptor: Int32

  func write(_ bytes: [UInt8]) throws(ControlError) {
    switch System.write(bytes, to: descriptor) {
    case 0: return
    case EPIPE: throw .outputClosed
    case let code:
      throw ControlError(.outputFailed, "cannot write the output: \(System.describe(code))")
    }
  }
}
