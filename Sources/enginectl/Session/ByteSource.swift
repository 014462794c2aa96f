/// Where bytes come from: standard input, or a list in tests.
protocol ByteSource: Sendable {
  /// The next bytes, as soon as there are some; nil at the end, and once `isStopped` is true.
  func next(isStopped: @escaping @Sendable () -> Bool) async throws(ControlError) -> [UInt8]?
}
