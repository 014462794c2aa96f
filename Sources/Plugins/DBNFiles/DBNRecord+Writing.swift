/// Writing trades and bars.
extension DBNRecord {
  /// Its bytes as a trade, or as a bar of that schema.
  ///
  /// - Throws: when it has no price, and no bar of a schema that has some.
  public func bytes(_ schema: DBNSchema) throws(DBNError) -> [UInt8] {
    var bytes: [UInt8] = []
    func head(_ length: Int) {
      bytes += [UInt8(length / 4), schema.recordType]
      bytes.appendWord(publisher)
      bytes.appendWord(instrument)
      bytes.appendWord(eventTime)
    }
    if schema.hasBars, let bar {
      head(56)
      for price in [bar.open, bar.high, bar.low, bar.close] { bytes.appendWord(price) }
      bytes.appendWord(bar.volume)
      return bytes
    }
    guard schema == .trades, let price else {
      throw DBNError(0, "expected a trade, or a bar of a schema of bars, for \(schema.name)")
    }
    head(48)
    bytes.appendWord(price)
    bytes.appendWord(size ?? 0)
    bytes += [action ?? UInt8(ascii: "T"), side ?? UInt8(ascii: "N"), 0, 0]
    bytes.appendWord(receiveTime ?? eventTime)
    bytes.appendWord(Int32(0))
    bytes.appendWord(sequence ?? 0)
    return bytes
  }
}
