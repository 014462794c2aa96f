import NIOPosix

/// The process's standard input, read on a thread that may wait.
struct StandardInput: ByteSource {
  /// How long one wait lasts before it is looked whether to stop.
  private static let waitMillis: Int32 = 100
  static let pieceBytes = 256 << 10

  func next(isStopped: @escaping @Sendable () -> Bool) async throws(ControlError) -> [UInt8]? {
    let piece: InputPiece
    do {
      piece = try await NIOThreadPool.singleton.runIfActive {
        while true {
          if isStopped() { return .end }
          let piece = System.read(0, bytesMax: Self.pieceBytes, waitMillis: Self.waitMillis)
          if piece != .nothing { return piece }
        }
      }
    } catch {
      throw .interrupted
    }
    switch piece {
    case .bytes(let bytes): return bytes
    case .nothing, .end: return nil
    case .failure(let code):
      throw ControlError(.usage, "cannot read the input: \(System.describe(code))")
    }
  }
}
