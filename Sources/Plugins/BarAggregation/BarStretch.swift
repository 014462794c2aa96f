/// Ticks of one source, one after the other, that do not bring the watermark to its alarm: the
/// feeds learn of them at the end (`BarWatermark.end`).
struct BarStretch: BitwiseCopyable, Sendable {
  let slot: Int
  let source: UInt16
  /// A tick of this time or later may close something, and has to go by `BarWatermark.observe`.
  let bound: Int64
  var newest: Int64
  var now: Int64

  /// Takes in the time of a tick.
  @inline(__always)
  mutating func observe(time: Int64, received: Int64) {
    if received > now { now = received }
    if time > newest { newest = time }
  }
}
