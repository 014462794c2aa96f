import BinaryProtocol

/// One connection of a load generator, as a value: bytes and time go in, bytes come out.
protocol BenchClient: SendableMetatype {
  /// What it counts.
  associatedtype Report: Sendable

  /// The first bytes.
  mutating func start(at time: BenchTime) -> [UInt8]
  /// Takes bytes in; returns bytes to send.
  mutating func received(_ bytes: RawSpan, at time: BenchTime) -> [UInt8]
  /// What is to be sent by its own doing, when the socket takes more.
  mutating func pump(at time: BenchTime) -> BenchOutput
  /// Looks at every deadline of the connection; returns bytes to send.
  mutating func timePassed(_ time: BenchTime) -> [UInt8]
  /// The connection is gone.
  mutating func lost(_ error: CallError)

  /// Whether the run may begin.
  var isReady: Bool { get }
  /// Whether nothing comes any more.
  var isOver: Bool { get }
  /// Why it is over; nil while it is not, and when it ended well.
  var failure: CallError? { get }
  var report: Report { get }
}
