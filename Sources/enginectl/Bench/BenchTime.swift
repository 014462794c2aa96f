/// One reading of both clocks, in nanoseconds.
struct BenchTime: Equatable, Sendable {
  var monotonic: Int64
  /// Since 1970.
  var wall: Int64
}
