/// What a client wants to send, and when it wants to be asked again.
struct BenchOutput: Equatable, Sendable {
  enum Next: Equatable, Sendable {
    /// At once, there is more.
    case now
    case at(Int64)
    /// When something has come.
    case waits
  }

  var bytes: [UInt8] = []
  var next = Next.waits
}
