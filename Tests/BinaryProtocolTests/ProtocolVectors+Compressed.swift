extension ProtocolVectors {
  /// Made by Python, in the words of docs/protocol.md.
  static let tenTrades =
    "80020000789c63646266616563e7e0e462201970c0012316805f2fd1ea28701fed40031c0c4ef70d"
    + "1d000083bf0614"
  static let tradeAndOther =
    "50000000789c636400010e46462009c348a0018d8f0138c124137332940f00208c0100"
}
