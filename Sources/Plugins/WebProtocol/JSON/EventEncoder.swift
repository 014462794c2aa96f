public import EngineCore

/// Writes events as JSON objects with short keys and exact numbers: what WebSocket clients get.
/// docs/websocket.md says what the keys mean.
///
/// An event is encoded once, whatever the number of clients. Nothing is allocated but memory for
/// names that are new.
public struct EventEncoder: Sendable {
  public let format: EventFormat
  var names: NameCache
  // Two, as a bar alternates between its start and its end.
  var clock = InstantText()
  var endClock = InstantText()
  let isFull: Bool
  let isISO: Bool

  /// An encoder of events whose ids are those of a catalog.
  public init(_ catalog: Catalog, format: EventFormat = EventFormat()) {
    self.format = format
    names = NameCache(catalog)
    isFull = format.fields == .full
    isISO = format.times == .iso
  }

  /// Appends the object of an event to an array; with `isListed` behind a comma.
  public mutating func append(
    _ event: Event, isListed: Bool = false, to bytes: inout [UInt8]
  ) {
    let room = prepare(event)
    JSONCursor.fill(&bytes, room: room) { cursor in
      if isListed { cursor.byte(UInt8(ascii: ",")) }
      write(event, &cursor)
    }
  }

  /// Appends the object of an event where there is room for it; its bytes, or 0 without room.
  public mutating func append(
    _ event: Event, isListed: Bool = false, to output: inout OutputRawSpan
  ) -> Int {
    let room = prepare(event)
    return JSONCursor.fill(&output, room: room) { cursor in
      if isListed { cursor.byte(UInt8(ascii: ",")) }
      write(event, &cursor)
    }
  }

  /// Room that `append` wants beyond the names of an event. What it writes is a good deal less.
  static let roomMax = 1024

  /// Looks up the names of an event; the room that it takes at most.
  private mutating func prepare(_ event: Event) -> Int {
    var room = Self.roomMax
    if event.instrument != .none { room += names.prepare(event.instrument.raw, .instrument) }
    switch event.kind {
    case .trade, .quote, .correction:
      if isFull, event.source != .none { room += names.prepare(UInt32(event.scope), .source) }
    case .bar: room += names.prepare(UInt32(event.scope), .spec)
    case .alert:
      room += names.prepare(event.alert.rule.raw, .rule)
      room += names.prepare(event.alert.reason.raw, .text)
      if isFull, event.source != .none { room += names.prepare(UInt32(event.scope), .source) }
    case .watermark:
      room += names.prepare(
        UInt32(event.scope), event.watermark.scope == .spec ? .spec : .source)
    case .gap: room += names.prepare(event.gap.subscriber.raw, .text)
    case .status:
      room += names.prepare(event.status.subject.raw, .text)
      room += names.prepare(event.status.reason.raw, .text)
    case .definition:
      names.forget(event.definition.id, event.definition.namespace)
      room += names.prepare(event.definition.id, event.definition.namespace)
    case .time: break
    case .command:
      room += names.prepare(event.command.plugin.raw, .text)
      room += names.prepare(event.command.command.raw, .text)
    }
    return room
  }

  private mutating func write(_ event: Event, _ cursor: inout JSONCursor) {
    switch event.kind {
    case .trade: writeTrade(event, &cursor)
    case .quote: writeQuote(event, &cursor)
    case .bar: writeBar(event, &cursor)
    case .alert: writeAlert(event, &cursor)
    case .correction: writeCorrection(event, &cursor)
    case .watermark: writeWatermark(event, &cursor)
    case .gap: writeGap(event, &cursor)
    case .status: writeStatus(event, &cursor)
    case .definition: writeDefinition(event, &cursor)
    case .time:
      cursor.literal("{\"T\":\"time\"")
      sequence(event, &cursor)
      time(",\"t\":", event.time, &cursor)
    case .command:
      cursor.literal("{\"T\":\"command\"")
      sequence(event, &cursor)
      name(",\"to\":", event.command.plugin.raw, .text, &cursor)
      name(",\"cmd\":", event.command.command.raw, .text, &cursor)
      time(",\"t\":", event.command.time, &cursor)
    }
    if !event.flags.isEmpty {
      cursor.literal(",\"f\":")
      cursor.unsigned(UInt64(event.flags.rawValue))
    }
    cursor.byte(UInt8(ascii: "}"))
  }

  // MARK: - Fields

  @inline(__always)
  func sequence(_ event: Event, _ cursor: inout JSONCursor) {
    guard event.sequence > 0 else { return }
    cursor.literal(",\"q\":")
    cursor.unsigned(event.sequence)
  }

  /// A name; left out for id 0, `#id` for one that nobody knows.
  @inline(__always)
  func name(
    _ key: StaticString, _ id: UInt32, _ namespace: DefinitionNamespace,
    _ cursor: inout JSONCursor
  ) {
    guard id != 0 else { return }
    cursor.literal(key)
    if let place = names.known(id, namespace) {
      cursor.copy(names.bytes, Int(place.start), Int(place.count))
    } else {
      cursor.literal("\"#")
      cursor.unsigned(UInt64(id))
      cursor.byte(UInt8(ascii: "\""))
    }
  }

  /// The instrument, with the decimals that its prices and sizes have at least.
  @inline(__always)
  func instrument(
    _ event: Event, _ cursor: inout JSONCursor
  ) -> (price: Int, size: Int) {
    let id = event.instrument.raw
    guard id != 0 else { return (0, 0) }
    guard let place = names.known(id, .instrument) else {
      name(",\"S\":", id, .instrument, &cursor)
      return (0, 0)
    }
    cursor.literal(",\"S\":")
    cursor.copy(names.bytes, Int(place.start), Int(place.count))
    return (Int(place.pricePrecision), Int(place.sizePrecision))
  }

  /// A price, size or value; left out when it is undefined.
  @inline(__always)
  func number(
    _ key: StaticString, _ raw: Int64, _ decimals: Int, _ cursor: inout JSONCursor
  ) {
    guard raw != .min else { return }
    cursor.literal(key)
    cursor.decimal(raw, decimals: decimals)
  }

  @inline(__always)
  func count(_ key: StaticString, _ value: UInt64, _ cursor: inout JSONCursor) {
    cursor.literal(key)
    cursor.unsigned(value)
  }

  /// A word of a fixed list: short text of the program.
  @inline(__always)
  func word(_ key: StaticString, _ value: StaticString, _ cursor: inout JSONCursor) {
    cursor.literal(key)
    cursor.byte(UInt8(ascii: "\""))
    cursor.literal(value)
    cursor.byte(UInt8(ascii: "\""))
  }

  /// A time; left out when it is not known.
  @inline(__always)
  mutating func time(_ key: StaticString, _ time: Timestamp, _ cursor: inout JSONCursor) {
    guard time != .distantPast else { return }
    cursor.literal(key)
    if isISO {
      clock.write(time, to: &cursor)
    } else {
      cursor.signed(time.nanoseconds)
    }
  }

  /// The end of an interval whose start was just written.
  @inline(__always)
  mutating func end(_ key: StaticString, _ time: Timestamp, _ cursor: inout JSONCursor) {
    guard time != .distantPast else { return }
    cursor.literal(key)
    if isISO {
      endClock.write(time, to: &cursor)
    } else {
      cursor.signed(time.nanoseconds)
    }
  }
}
