/// Where a reader's plugin crashed: there its next instance goes on.
struct ReaderPlace: Sendable {
  /// The last event that is not given out again.
  var handled: UInt64
  /// The first event of a batch at which it threw; 0 when it had taken everything until `handled`.
  /// It is not given out again, since it would be thrown at again, but told as lost.
  var untaken: UInt64 = 0
}
