/// Where text goes: a file descriptor, or memory in tests.
protocol ByteSink: Sendable {
  /// Writes everything, or says why not.
  func write(_ bytes: [UInt8]) throws(ControlError)
}
