import EngineCore
import Testing

@testable import JournalFiles

@Suite("Blocks")
struct BlockTests {
  /// Writes events as a block and reads it again.
  private func roundTrip(
    _ events: [Event], _ codec: FrameCodec
  ) throws -> (events: [Event], header: BlockHeader, bytes: Int) {
    var out = ByteBuffer()
    let made = BlockCodec(capacity: 1)
    let header = made.append(events.span, after: 0, codec: codec, to: &out)
    let area = EventArea(capacity: events.count)
    try BlockCodec(capacity: 1).read(
      out.bytes.extracting(BlockHeader.length..<out.count), header: header, into: area)
    var found: [Event] = []
    for index in 0..<area.count { found.append(area[index]) }
    return (found, header, out.count)
  }

  @Test("a column gives back any words", arguments: 0..<200)
  func columns(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let count = Int(random.next() % 300)
    let shift = random.next() % 65
    let isRising = random.next() % 2 == 0
    var before: UInt64 = random.next()
    let values: [UInt64] = (0..<count).map { _ in
      let value = random.next() >> shift
      before = isRising ? before &+ value : value
      return before
    }
    _ = try columnRoundTrip(values)
  }

  /// Writes a column, reads it again and passes over it; how many bytes it took.
  private func columnRoundTrip(_ values: [UInt64]) throws -> Int {
    var out = ByteBuffer()
    out.append(7)
    ColumnCodec.append(values.span, to: &out)
    out.append(word: .max)
    var reader = BodyReader(out.bytes, at: 1)
    var found = [UInt64](repeating: 0, count: values.count)
    var span = found.mutableSpan
    try ColumnCodec.read(&reader, into: &span)
    #expect(found == values)
    #expect(reader.remaining == 8)
    var passing = BodyReader(out.bytes, at: 1)
    try ColumnCodec.skip(&passing, count: values.count)
    #expect(passing.remaining == 8)
    return out.count - 9
  }

  @Test("numbers that end with the same decimal zeros", arguments: 0..<200 as Range<UInt64>)
  func decimals(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let zeros = Int(random.next() % 19)
    let power = DecimalZeros.power(zeros)
    let most = max((UInt64.max / power) >> (random.next() % 64), 1)
    let base = random.next()
    var values = (0..<1 + Int(random.next() % 600)).map { _ in
      base &+ random.next() % most &* power
    }
    // Now and then one that has fewer, which looking at some of them may miss.
    if seed % 4 == 0 {
      values[Int(random.next() % UInt64(values.count))] &+= DecimalZeros.power(zeros / 2)
    }
    _ = try columnRoundTrip(values)
  }

  @Test("prices with two decimals take the bits of their cents")
  func cents() throws {
    var random = SeededRandom(seed: 1)
    let prices = (0..<4096).map { _ in 100_000_000_000 + random.next() % 10_000 * 10_000_000 }
    #expect(try columnRoundTrip(prices) == 1 + 1 + 6 + 4096 * 14 / 8)
  }

  @Test("a column of one value takes no bits for each")
  func constantColumn() {
    let values = [UInt64](repeating: 1 << 50, count: 10_000)
    var out = ByteBuffer()
    ColumnCodec.append(values.span, to: &out)
    #expect(out.count < 12)
  }

  @Test("a code gives back any symbols", arguments: 0..<100)
  func prefixCodes(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let kinds = 1 + random.next() % 256
    let skew = random.next() % 30
    let symbols = (0..<2_000).map { _ in
      Int((random.next() % kinds) >> (random.next() % (skew + 1)))
    }
    var counts = [Int](repeating: 0, count: 256)
    for symbol in symbols { counts[symbol] += 1 }
    // A symbol that is rarer than any code is short.
    if seed % 3 == 0 { for symbol in 0..<40 { counts[symbol] += 1 << symbol } }
    let code = PrefixCode(counts: counts)
    var out = ByteBuffer()
    code.append(to: &out)
    let start = out.count
    var writer = BitWriter()
    for symbol in symbols {
      writer.put(UInt64(code.codes[symbol]), Int(code.lengths[symbol]), to: &out)
    }
    writer.finish(&out)
    let end = out.count
    out.append(word: 0)
    var reader = BodyReader(out.bytes)
    let description = try CodeDescription(&reader, isList: true)
    let (table, slim) = (description.table, SlimCode(description))
    let list = (0..<256).map { UInt64($0) }
    var cursor = BitCursor(bit: start * 8, end: end * 8)
    var other = cursor
    for symbol in symbols {
      let next = cursor.next(table, list, out.bytes)
      #expect(next.value == UInt64(symbol))
      #expect(next.symbol == UInt32(symbol))
      // Without a table it is the same.
      let same = other.next(slim, list, out.bytes)
      #expect(same.symbol == next.symbol && other.bit == cursor.bit)
    }
    #expect(cursor.isAtEnd)
    for pattern in 0..<UInt64(PrefixCode.tableSize) {
      #expect(slim.entry(pattern) == table.entry(pattern))
    }
  }

  @Test("hostile events come back bit for bit", arguments: 0..<150)
  func hostile(seed: UInt64) throws {
    let count = [1, 2, 17, 400][Int(seed % 4)]
    let events = Made.hostile(count, seed: seed)
    for codec in [FrameCodec.packed, .grouped] {
      let found = try roundTrip(events, codec)
      #expect(found.events == events, "codec \(codec)")
      #expect(found.header.facts.count == count)
    }
  }

  @Test("market data comes back bit for bit", arguments: 0..<20)
  func market(seed: UInt64) throws {
    let instruments = [1, 3, 50, 1_000][Int(seed % 4)]
    let events = Made.market(5_000, instruments: instruments, seed: seed)
    for codec in [FrameCodec.packed, .grouped] {
      #expect(try roundTrip(events, codec).events == events, "codec \(codec)")
    }
  }

  @Test("times that come in steps, and numbers that count, take next to no room")
  func steps() throws {
    let events = (1...8_192).map { index in
      var event = Event(
        Trade(
          instrument: InstrumentID(UInt32(index * 7 % 64)), price: Price(raw: 5),
          eventTime: Made.time(Int64(index / 256) * 1_000_003),
          receiveTime: Made.time(Int64(index / 300) * 999_999_937),
          venueSequence: UInt64(index * 3)))
      event.sequence = UInt64(index)
      return event
    }
    let found = try roundTrip(events, .grouped)
    #expect(found.events == events)
    #expect(found.bytes < 8_192 * 2, "\(found.bytes) bytes")
  }

  @Test("what a slot held before a short event is not recorded")
  func leftovers() throws {
    let area = EventArea(capacity: 1)
    var trade = Made.market(1)[0]
    trade.sequence = 1
    area.append(trade)
    area.setWord(0, 12, 0xFFFF)
    var out = ByteBuffer()
    let header = BlockCodec(capacity: 1).append(area.span, after: 0, to: &out)
    let found = EventArea(capacity: 1)
    try BlockCodec(capacity: 1).read(
      out.bytes.extracting(BlockHeader.length..<out.count), header: header, into: found)
    var clean = ByteBuffer()
    BlockCodec(capacity: 1).append(found.span, after: 0, to: &clean)
    #expect(clean.bytes.copy(0..<clean.count) == out.bytes.copy(0..<out.count))
  }

  @Test("a body of random bytes is refused or read, never more", arguments: 0..<300)
  func randomBodies(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let events = Made.market(300, instruments: 4, seed: seed)
    var out = ByteBuffer()
    let codec: FrameCodec = seed % 2 == 0 ? .packed : .grouped
    let header = BlockCodec(capacity: 1).append(events.span, after: 0, codec: codec, to: &out)
    for _ in 0..<1 + random.next() % 8 {
      let place = BlockHeader.length + Int(random.next() % UInt64(header.bodyLength))
      out.set(UInt8(truncatingIfNeeded: random.next()), at: place)
    }
    let area = EventArea(capacity: 300)
    // Whatever comes of it: no trap.
    try? BlockCodec(capacity: 1).read(
      out.bytes.extracting(BlockHeader.length..<out.count), header: header, into: area)
    #expect(area.count <= 300)
  }

  @Test("a header says what is in the block")
  func facts() throws {
    let events = Made.market(500, first: 40, instruments: 3)
    var out = ByteBuffer()
    let header = BlockCodec(capacity: 1).append(events.span, after: 20, to: &out)
    #expect(header.facts.first == 40)
    #expect(header.facts.previous == 20)
    #expect(header.facts.last == 539)
    let times = events.map(\.time.nanoseconds)
    #expect(header.facts.minimumTime == times.min())
    #expect(header.facts.maximumTime == times.max())
    #expect(header.facts.kinds == events.reduce(0) { $0 | 1 << UInt16($1.kindCode) })
  }
}
