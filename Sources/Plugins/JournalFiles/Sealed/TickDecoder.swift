internal import EngineCore

/// Reads groups of ticks.
///
/// The fields of a group stand one after the other, each for all ticks of the group: every field is
/// read in a loop of its own. The areas are kept, and hold as many values as the group has ticks,
/// or more.
struct TickDecoder {
  /// From so many ticks on it pays to make tables of the codes.
  private static let tablePays = 256

  private var count = 0
  /// Places in the class of the group's ticks.
  private var places: [Int] = []
  /// Bit n: field n is undefined here. Only kept while some field has such values.
  private var undefined: [UInt8] = []
  private var heads: [UInt64] = []
  private var prices: [UInt64] = []
  private var seconds: [UInt64] = []
  private var times: [UInt64] = []
  private var delays: [UInt64] = []
  private var sixths: [UInt64] = []
  private var sevenths: [UInt64] = []

  /// Reads a group.
  ///
  /// - Parameter base: where in the bytes the streams begin; eight bytes follow the group's.
  mutating func read(
    _ head: TickHead, _ group: TickHead.Group, _ bytes: RawSpan, base: Int
  ) throws(BodyFault) {
    let end = base + group.bytes.upperBound
    guard base + group.bytes.lowerBound >= 0, end + 8 <= bytes.byteCount else {
      throw BodyFault(reason: "a group outside the block")
    }
    reserve(group.count)
    if head.hasUndefined {
      for index in 0..<count { undefined[index] = 0 }
    }
    let isLarge = count >= Self.tablePays
    if isLarge, !head.isForAll {
      for field in head.fields where field.mode == .clock { field.expand() }
    }
    var reader = FieldReader(
      count: count, group: group.number, usesTables: head.isForAll || isLarge, bytes: bytes,
      cursor: BitCursor(bit: (base + group.bytes.lowerBound) * 8, end: end * 8))
    let shift = TickGroups.placeShift(ticks: head.ticks, ofGroup: group.count)
    try reader.readPlaces(head.fields[TickField.place], ticks: head.ticks, shift, &places)
    let fields = head.fields
    reader.read(fields[TickField.head], TickField.head, places, &undefined, &heads)
    reader.read(fields[TickField.price], TickField.price, places, &undefined, &prices)
    reader.read(fields[TickField.second], TickField.second, places, &undefined, &seconds)
    reader.read(fields[TickField.eventTime], TickField.eventTime, places, &undefined, &times)
    reader.read(fields[TickField.receiveTime], TickField.receiveTime, places, &undefined, &delays)
    reader.read(fields[TickField.sixth], TickField.sixth, places, &undefined, &sixths)
    reader.read(fields[TickField.seventh], TickField.seventh, places, &undefined, &sevenths)
    guard reader.cursor.isAtEnd else { throw BodyFault(reason: "a group of another length") }
    if fields[TickField.receiveTime].isAbsolute {
      for index in 0..<count { delays[index] &-= times[index] }
    }
    unscale(head, group)
  }

  private mutating func reserve(_ count: Int) {
    self.count = count
    guard count > places.count else { return }
    let more = max(count, min(places.count * 2, BlockLimits.eventsMaximum)) - places.count
    places += repeatElement(0, count: more)
    undefined += repeatElement(0, count: more)
    for column in [
      \TickDecoder.heads, \.prices, \.seconds, \.times, \.delays, \.sixths, \.sevenths,
    ] {
      self[keyPath: column] += repeatElement(0, count: more)
    }
  }

  // MARK: Scales

  private mutating func unscale(_ head: TickHead, _ group: TickHead.Group) {
    let fields = head.fields
    if head.isQuote { addBids(fields[TickField.price].hasUndefined) }
    let secondScale = head.isQuote ? group.priceScale : group.sizeScale
    Self.multiply(
      fields[TickField.price], TickField.price, group.priceScale, count, undefined, &prices)
    Self.multiply(
      fields[TickField.second], TickField.second, secondScale, count, undefined, &seconds)
    guard head.isQuote else { return }
    Self.multiply(
      fields[TickField.sixth], TickField.sixth, group.sizeScale, count, undefined, &sixths)
    Self.multiply(
      fields[TickField.seventh], TickField.seventh, group.sizeScale, count, undefined, &sevenths)
  }

  private mutating func addBids(_ hasUndefinedBids: Bool) {
    guard hasUndefinedBids else {
      for index in 0..<count { seconds[index] &+= prices[index] }
      return
    }
    let bidBit: UInt8 = 1 << UInt8(TickField.price)
    var bid: UInt64 = 0
    for index in 0..<count {
      if undefined[index] & bidBit == 0 { bid = prices[index] }
      seconds[index] &+= bid
    }
  }
  private static func multiply(
    _ field: TickHead.Field, _ number: Int, _ scale: UInt64, _ count: Int,
    _ undefined: [UInt8], _ column: inout [UInt64]
  ) {
    if scale > 1 {
      for index in 0..<count { column[index] &*= scale }
    }
    guard field.hasUndefined else { return }
    let bit: UInt8 = 1 << UInt8(number)
    for index in 0..<count where undefined[index] & bit != 0 {
      column[index] = TickGroups.undefinedWord
    }
  }

  // MARK: Events

  /// Writes the group's ticks as events.
  ///
  /// - Parameters:
  ///   - slot: where a tick goes, by its number in the group and its place in the class.
  ///   - sequence: its sequence, by its place in the class.
  @inline(__always)
  func put(
    _ group: TickHead.Group, into area: EventArea, slot: (_ index: Int, _ place: Int) -> Int,
    sequence: (_ place: Int) -> UInt64
  ) {
    let slots = area.slots
    let instrument = group.instrument << 32
    for index in 0..<count {
      let place = places[index]
      let time = times[index]
      slots.setShort(
        slot(index, place), sequence(place), instrument | heads[index] & 0xFFFF_FFFF,
        prices[index], seconds[index], time, delays[index] &+ time, sixths[index],
        sevenths[index])
    }
  }
}
