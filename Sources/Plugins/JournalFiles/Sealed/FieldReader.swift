/// Reads the fields of one group, one after the other.
struct FieldReader: ~Escapable {
  private let count: Int
  private let group: Int
  private let bytes: RawSpan
  /// Codes are made tables of, which pays for many ticks.
  private let usesTables: Bool
  private(set) var cursor: BitCursor

  @_lifetime(copy bytes)
  init(count: Int, group: Int, usesTables: Bool, bytes: RawSpan, cursor: BitCursor) {
    self.count = count
    self.usesTables = usesTables
    self.group = group
    self.bytes = bytes
    self.cursor = cursor
  }

  /// Reads the places of the group's ticks in a class of `ticks`.
  @_lifetime(self: copy self)
  mutating func readPlaces(
    _ field: TickHead.Field, ticks: Int, _ shift: Int, _ places: inout [Int]
  ) throws(BodyFault) {
    guard field.mode == .plain else { throw BodyFault(reason: "places of another kind") }
    if !usesTables, let code = field.slim {
      try readPlaces(field, code, ticks: ticks, shift, &places)
    } else {
      try readPlaces(field, field.table, ticks: ticks, shift, &places)
    }
  }

  @_lifetime(self: copy self)
  private mutating func readPlaces(
    _ field: TickHead.Field, _ code: some SymbolCode, ticks: Int, _ shift: Int,
    _ places: inout [Int]
  ) throws(BodyFault) {
    let bases = field.bases
    var place = -1
    for index in 0..<count {
      var distance = field.constant ?? 0
      if field.constant == nil {
        distance = cursor.next(code, bases, bytes).value
        if shift > 0 { distance = distance << UInt64(shift) | cursor.take(shift, bytes) }
      }
      guard distance < UInt64(ticks - place - 1) else {
        throw BodyFault(reason: "a tick outside the block")
      }
      place &+= 1 &+ Int(truncatingIfNeeded: distance)
      places[index] = place
    }
  }

  /// Reads a field's values, and marks those that are undefined.
  @_lifetime(self: copy self)
  mutating func read(
    _ field: TickHead.Field, _ number: Int, _ places: [Int], _ undefined: inout [UInt8],
    _ column: inout [UInt64]
  ) {
    if !usesTables, let code = field.slim {
      read(field, code, number, places, &undefined, &column)
    } else {
      read(field, field.table, number, places, &undefined, &column)
    }
  }

  @_lifetime(self: copy self)
  private mutating func read(
    _ field: TickHead.Field, _ code: some SymbolCode, _ number: Int, _ places: [Int],
    _ undefined: inout [UInt8], _ column: inout [UInt64]
  ) {
    switch field.mode {
    case .plain, .dictionary: readPlain(field, code, number, &undefined, &column)
    case .difference: readDifferences(field, code, number, &undefined, &column)
    case .clock: readClock(field, code, places, &column)
    case .runs: readRuns(field, places, &column)
    }
  }

  @_lifetime(self: copy self)
  private mutating func readPlain(
    _ field: TickHead.Field, _ code: some SymbolCode, _ number: Int,
    _ undefined: inout [UInt8], _ column: inout [UInt64]
  ) {
    if let constant = field.constant {
      for index in 0..<count { column[index] = Zigzag.unfold(constant) }
      return
    }
    let bases = field.bases
    if field.hasUndefined {
      for index in 0..<count {
        let next = cursor.next(code, bases, bytes)
        let isUndefined = next.symbol == ValueClass.undefined
        if isUndefined { undefined[index] |= 1 << UInt8(number) }
        column[index] =
          isUndefined ? 0 : field.mode == .dictionary ? next.value : Zigzag.unfold(next.value)
      }
    } else if field.mode == .dictionary {
      for index in 0..<count { column[index] = cursor.next(code, bases, bytes).value }
    } else {
      for index in 0..<count {
        column[index] = Zigzag.unfold(cursor.next(code, bases, bytes).value)
      }
    }
  }

  @_lifetime(self: copy self)
  private mutating func readDifferences(
    _ field: TickHead.Field, _ code: some SymbolCode, _ number: Int, _ undefined: inout [UInt8],
    _ column: inout [UInt64]
  ) {
    var value = field.firsts?[group] ?? 0
    let bases = field.bases
    if field.hasUndefined {
      for index in 0..<count {
        let next = cursor.next(code, bases, bytes)
        if next.symbol == ValueClass.undefined {
          undefined[index] |= 1 << UInt8(number)
          column[index] = 0
        } else {
          value &+= Zigzag.unfold(next.value)
          column[index] = value
        }
      }
      return
    }
    column[0] = value
    if let constant = field.constant {
      for index in 1..<count {
        value &+= Zigzag.unfold(constant)
        column[index] = value
      }
      return
    }
    for index in 1..<count {
      value &+= Zigzag.unfold(cursor.next(code, bases, bytes).value)
      column[index] = value
    }
  }

  @_lifetime(self: copy self)
  private mutating func readClock(
    _ field: TickHead.Field, _ code: some SymbolCode, _ places: [Int], _ column: inout [UInt64]
  ) {
    let (bases, anchors) = (field.bases, field.anchors)
    if let constant = field.constant {
      let residual = Zigzag.unfold(constant)
      for index in 0..<count {
        let place = places[index]
        column[index] =
          ClockAnchors.isAnchor(place)
          ? anchors[place / ClockAnchors.step] : anchors.predicted(place) &+ residual
      }
      return
    }
    let values = anchors.values
    guard !values.isEmpty else {
      for index in 0..<count {
        let place = places[index]
        column[index] =
          ClockAnchors.isAnchor(place)
          ? anchors[place / ClockAnchors.step]
          : anchors.predicted(place) &+ Zigzag.unfold(cursor.next(code, bases, bytes).value)
      }
      return
    }
    for index in 0..<count {
      let place = places[index]
      let anchor = place &>> ClockAnchors.shift
      let low = values[anchor]
      let part = place & (ClockAnchors.step &- 1)
      guard part != 0 else {
        column[index] = low
        continue
      }
      let next = values[min(anchor &+ 1, values.count &- 1)]
      column[index] =
        ClockAnchors.between(low, next, part)
        &+ Zigzag.unfold(cursor.next(code, bases, bytes).value)
    }
  }

  private func readRuns(
    _ field: TickHead.Field, _ places: [Int], _ column: inout [UInt64]
  ) {
    // Places rise: the run of the next one is here or further on.
    var run = 0
    let (ends, values) = (field.runEnds, field.runValues)
    for index in 0..<count {
      let place = UInt64(places[index])
      if run + 8 < ends.count, ends[run + 8] <= place {
        run = Self.firstRun(ends, after: place, from: run)
      }
      while ends[run] <= place { run += 1 }
      column[index] = values[run]
    }
  }

  private static func firstRun(_ ends: [UInt64], after place: UInt64, from: Int) -> Int {
    var low = from
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
