import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Records")
struct RecordCodecTests {
  static let encoder = RecordEncoder(catalog: Catalog())

  static func records(_ bytes: [UInt8]) throws(RecordError) -> [Record] {
    var decoder = RecordDecoder(bytes.raw)
    var records: [Record] = []
    while let record = try decoder.next() { records.append(record) }
    return records
  }

  static func encode(_ events: [Event], capacity: Int) -> (bytes: [UInt8], next: Int) {
    var bytes = [UInt8](repeating: 0xAA, count: capacity)
    var next = 0
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      // Safe: the span is used within the closure.
      var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
      next = encoder.append(events.span, to: &output)
      return unsafe output.finalize(for: buffer)
    }
    return (Array(bytes[..<count]), next)
  }

  @Test("events come back as they were, one by one and in batches", arguments: 0..<100)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let events = (1...200).map { Event.random(sequence: UInt64($0), using: &random) }
    var single: [UInt8] = []
    for event in events { Self.encoder.append(event, to: &single) }
    let (batch, next) = Self.encode(events, capacity: 200 * 128)
    #expect(next == 200)
    #expect(batch == single)
    #expect(try Self.records(batch) == events.map { .event($0) })
    var slots = [Event](repeating: Event(), count: 7)
    var decoder = RecordDecoder(batch.raw)
    var decoded: [Event] = []
    while true {
      var span = slots.mutableSpan
      let (count, stop) = try decoder.events(into: &span)
      decoded += slots[..<count]
      if stop == .end { break }
    }
    #expect(decoded == events)
  }

  @Test("a trade and a quote are 64 bytes, nothing is above 128, and all are multiples of 64")
  func sizes() {
    var random = SeededRandom(seed: 1)
    for index in 1...500 {
      let event = Event.random(sequence: UInt64(index), using: &random)
      var bytes: [UInt8] = []
      #expect(Self.encoder.append(event, to: &bytes) == bytes.count)
      let isLong = event.kind == .bar || event.kind == .alert
      #expect(bytes.count == (isLong ? 128 : 64), "\(event.kind)")
      #expect(Int(bytes[6]) * 8 == bytes.count)
    }
  }

  @Test("a batch stops where the room ends and goes on from there", arguments: 0..<50)
  func room(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let events = (1...50).map { Event.random(sequence: UInt64($0), using: &random) }
    var whole: [UInt8] = []
    for event in events { Self.encoder.append(event, to: &whole) }
    var parts: [UInt8] = []
    var start = 0
    while start < events.count {
      let capacity = Int.random(in: 0...700, using: &random)
      let (bytes, next) = Self.encode(Array(events[start...]), capacity: capacity)
      #expect(bytes.count <= capacity)
      #expect(next > 0 || capacity < 128)
      parts += bytes
      start += next
    }
    #expect(parts == whole)
  }

  @Test("a merged trade carries its range, and nothing of what its slot held before")
  func range() throws {
    let trade = Trade(
      instrument: InstrumentID(1), price: Price(raw: 5), size: Quantity(raw: 2),
      eventTime: .zero, receiveTime: .zero, flags: .conflated)
    var bytes: [UInt8] = []
    Self.encoder.append(.filled(trade), to: &bytes)
    #expect(bytes.count == 128)
    #expect(bytes[112...].allSatisfy { $0 == 0 })
    #expect(bytes[64..<112].allSatisfy { $0 == 0xEE })
    guard case .event(let event)? = try Self.records(bytes).first else {
      Issue.record("no event")
      return
    }
    #expect(event.tradeRange.count == 0xEEEE_EEEE_EEEE_EEEE)
  }

  @Test("bytes that a kind does not use are ignored when read")
  func unused() throws {
    var random = SeededRandom(seed: 4)
    for (used, isRange) in [(72, false), (112, true)] {
      var event = Event.filled(
        Trade(
          instrument: InstrumentID(1), price: .zero, eventTime: .zero, receiveTime: .zero,
          flags: .conflated))
      while !isRange, event.kind != .alert { event = .random(sequence: 1, using: &random) }
      var bytes: [UInt8] = []
      Self.encoder.append(event, to: &bytes)
      var dirty = bytes
      for index in used..<128 { dirty[index] = 0xAB }
      #expect(try Self.records(dirty) == Self.records(bytes))
    }
  }

  @Test("kinds and versions that nobody knows are skipped by their size, and longer records read")
  func later() throws {
    var bytes: [UInt8] = []
    Self.encoder.append(.numbered(1), to: &bytes)
    let known = bytes
    var other = known
    other[7] = 2
    bytes += other
    bytes += [0, 0, 0, 0, 0, 0, 2, 1, 200, 0, 0, 0, 0, 0, 0, 0]
    var longer = known
    longer[6] = 9
    bytes += longer + [1, 2, 3, 4, 5, 6, 7, 8]
    #expect(
      try Self.records(bytes) == [.event(.numbered(1)), .event(.numbered(1))])
    var decoder = RecordDecoder(bytes.raw)
    var slots = [Event](repeating: Event(), count: 9)
    var span = slots.mutableSpan
    #expect(try decoder.events(into: &span).count == 2)
    #expect(decoder.skipped == 2)
  }

  @Test("bad records are named with their place")
  func bad() {
    var good: [UInt8] = []
    Self.encoder.append(.numbered(1), to: &good)
    func error(_ bytes: [UInt8]) -> RecordError? {
      do throws(RecordError) { _ = try Self.records(good + bytes) } catch { return error }
      return nil
    }
    func changed(_ index: Int, _ value: UInt8) -> [UInt8] {
      var bytes = good
      bytes[index] = value
      return bytes
    }
    #expect(error([1, 2, 3]) == .truncated(offset: 64, expected: 16, found: 3))
    #expect(error(Array(good[..<63])) == .truncated(offset: 64, expected: 64, found: 63))
    #expect(error(changed(6, 0)) == .size(offset: 64, kind: 1, expected: 64, found: 0))
    #expect(error(changed(6, 7)) == .size(offset: 64, kind: 1, expected: 64, found: 56))
    #expect(error(changed(8, 3)) == .size(offset: 64, kind: 3, expected: 128, found: 64))
    #expect(error(changed(9, 8)) == .size(offset: 64, kind: 1, expected: 128, found: 64))
    #expect(error(changed(8, 0)) == .noKind(offset: 64))
    var unknown = changed(8, 77)
    unknown[6] = 1
    #expect(error(unknown) == .size(offset: 64, kind: 77, expected: 16, found: 8))
    #expect(error(changed(6, 255)) == .truncated(offset: 64, expected: 2040, found: 64))
  }

  @Test("any bytes decode to records or to an error, never to anything else", arguments: 0..<200)
  func noise(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var bytes: [UInt8] = []
    for index in 1...9 {
      Self.encoder.append(.random(sequence: UInt64(index), using: &random), to: &bytes)
    }
    for _ in 0..<6 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.bytes(1)[0] }
    var decoder = RecordDecoder(bytes.raw)
    var seen = 0
    while let record = try? decoder.next() {
      if case .event(let event) = record { seen += event.kindCode > 0 ? 1 : 0 }
    }
    #expect(decoder.offset <= bytes.count)
    #expect(seen <= 9)
  }

  @Test("a sequence that does not fit is a fault of the program")
  func sequenceLimit() async {
    await #expect(processExitsWith: .failure) {
      var bytes: [UInt8] = []
      RecordEncoder(catalog: Catalog()).append(.numbered(1 << 48), to: &bytes)
    }
  }
}

extension Event {
  /// A trade whose other words hold what was there before.
  static func filled(_ trade: Trade) -> Event {
    var event = Event(trade)
    unsafe withUnsafeMutableBytes(of: &event) { bytes in
      for index in 64..<128 { unsafe bytes[index] = 0xEE }
    }
    return event
  }
}
