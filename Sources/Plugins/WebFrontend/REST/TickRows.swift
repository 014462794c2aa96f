internal import EngineCore
internal import Fanout

/// Reads pushed ticks row by row: each is good, or is told what is wrong with it.
struct TickRows {
  /// What became of a row.
  enum Row: Sendable {
    /// An event, by its place in `events`.
    case event(Int)
    case fault(String)
  }

  private(set) var rows: [Row] = []
  private(set) var events: [Event] = []
  private let call: RESTCall
  private let isOnce: Bool
  private let filter: SubjectFilter
  private let now: Timestamp
  /// Ids of instruments by key, so that the catalog is asked once for each.
  private var known: [String: InstrumentID] = [:]
  /// Of ticks that are remembered as pushed.
  private(set) var marks: [UInt64] = []

  /// How far ahead of the engine's clock a tick may be.
  static let futureNanos: Int64 = 60_000_000_000

  /// - Parameter isOnce: whether a tick that was pushed before is refused.
  init(_ call: RESTCall, isOnce: Bool = true) {
    self.call = call
    self.isOnce = isOnce
    filter = SubjectFilter(call.grant.publish, catalog: call.catalog)
    now = call.clock.now()
  }

  /// Takes in the next row.
  mutating func add(_ value: JSONValue) {
    do throws(RowFault) {
      let event = try event(value)
      rows.append(.event(events.count))
      events.append(event)
    } catch {
      rows.append(.fault(error.text))
    }
  }

  /// Takes in a row that is no JSON.
  mutating func add(fault: String) { rows.append(.fault(fault)) }

  private struct RowFault: Error {
    var text: String
    init(_ text: String) { self.text = text }
  }

  private static let names: Set<String> = [
    "symbol", "price", "size", "side", "time", "venue_seq",
  ]

  private mutating func event(_ value: JSONValue) throws(RowFault) -> Event {
    guard let members = value.object else {
      throw RowFault("expected an object, found \(value.summary)")
    }
    for member in members where !Self.names.contains(member.name) {
      let near = Spelling.nearest(to: member.name, in: Array(Self.names))
      throw RowFault(
        "unknown member \"\(member.name)\"" + (near.map { ", did you mean \"\($0)\"?" } ?? ""))
    }
    let instrument = try instrument(value["symbol"])
    let price = try price(value["price"])
    let size = try size(value["size"])
    let time = try time(value["time"])
    let trade = Trade(
      instrument: instrument, price: price, size: size, side: try side(value["side"]),
      eventTime: time ?? now, receiveTime: now,
      venueSequence: try venueSequence(value["venue_seq"]))
    return try settled(trade, isTimed: time != nil)
  }

  /// Refuses a tick that is there already. Without a time of its own none is the same as another.
  private mutating func settled(_ trade: Trade, isTimed: Bool) throws(RowFault) -> Event {
    if isTimed, isOnce {
      let mark = PushedTicks.mark(of: trade)
      guard call.door.pushed.insert(mark) else {
        throw RowFault("duplicate: the same tick was pushed before")
      }
      marks.append(mark)
    }
    return Event(trade)
  }

  // MARK: Lines

  /// Takes in the next row, a line of JSON.
  mutating func add(line: Span<UInt8>) {
    if let trade = trade(line) {
      do throws(RowFault) {
        let event = try settled(trade.trade, isTimed: trade.isTimed)
        rows.append(.event(events.count))
        events.append(event)
      } catch {
        rows.append(.fault(error.text))
      }
      return
    }
    do throws(JSONError) {
      add(try JSONReader(depthMaximum: 8).read(line))
    } catch {
      add(fault: "not JSON: \(error)")
    }
  }

  /// A trade that is written in the usual way and has nothing wrong with it; nil for all others,
  /// which are read member by member.
  private mutating func trade(_ text: Span<UInt8>) -> (trade: Trade, isTimed: Bool)? {
    guard let line = TickLine(text), let instrument = instrument(text, line.symbol),
      let price = line.price.flatMap({ try? Price(parsing: text.extracting($0)) })
    else { return nil }
    var trade = Trade(
      instrument: instrument, price: price, size: .undefined, eventTime: now, receiveTime: now)
    if let range = line.size {
      guard let size = try? Quantity(parsing: text.extracting(range)), size.raw >= 0 else {
        return nil
      }
      trade.size = size
    }
    if let range = line.time {
      guard let time = Timestamp(parsing: text.extracting(range)),
        time <= now.advanced(byNanos: Self.futureNanos)
      else { return nil }
      trade.eventTime = time
    }
    if let range = line.venueSequence {
      guard let number = Self.integer(text.extracting(range)) else { return nil }
      trade.venueSequence = number
    }
    if let range = line.side {
      let name = Self.string(text.extracting(range))
      guard let side = AggressorSide.allCases.first(where: { "\($0)" == name }) else { return nil }
      trade.side = side
    }
    return (trade, line.time != nil)
  }

  private mutating func instrument(_ text: Span<UInt8>, _ range: Range<Int>?) -> InstrumentID? {
    guard let range, let key = Self.string(text.extracting(range)) else { return nil }
    return known[key]
  }

  private static func string(_ text: Span<UInt8>) -> String? {
    guard let checked = try? UTF8Span(validating: text) else { return nil }
    return String(copying: checked)
  }

  /// Digits alone, as many as surely fit.
  private static func integer(_ text: Span<UInt8>) -> UInt64? {
    guard (1...18).contains(text.count) else { return nil }
    var number: UInt64 = 0
    for index in text.indices {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      number = number * 10 + UInt64(digit)
    }
    return number
  }

  // MARK: Members

  private mutating func instrument(_ value: JSONValue?) throws(RowFault) -> InstrumentID {
    guard let key = value?.string else { throw missing("symbol", "a text", value) }
    if let id = known[key] { return id }
    guard let id = call.catalog.instrument(key: key) else {
      let near = Spelling.nearest(to: key, in: call.catalog.names(in: .instrument))
      throw RowFault(
        "symbol: there is no instrument \"\(key)\""
          + (near.map { ", did you mean \"\($0)\"?" } ?? ""))
    }
    guard filter.matches(Event(kind: .trade, scope: 0, instrument: id)) else {
      throw RowFault("symbol: the token of \(call.grant.name) may not publish trade.\(key)")
    }
    known[key] = id
    return id
  }

  private func price(_ value: JSONValue?) throws(RowFault) -> Price {
    guard let text = value?.number?.text else { throw missing("price", "a number", value) }
    do throws(FixedPointError) {
      return try Price(text)
    } catch {
      throw RowFault("price: \(error)")
    }
  }

  private func size(_ value: JSONValue?) throws(RowFault) -> Quantity {
    guard let value, !value.isNull else { return .undefined }
    guard let text = value.number?.text else { throw missing("size", "a number", value) }
    let size: Quantity
    do throws(FixedPointError) {
      size = try Quantity(text)
    } catch {
      throw RowFault("size: \(error)")
    }
    guard size.raw >= 0 else { throw RowFault("size: expected 0 or more, found \(text)") }
    return size
  }

  private func side(_ value: JSONValue?) throws(RowFault) -> AggressorSide {
    guard let value, !value.isNull else { return .unknown }
    guard let side = AggressorSide.allCases.first(where: { "\($0)" == value.string }) else {
      throw missing("side", "\"buy\", \"sell\" or \"unknown\"", value)
    }
    return side
  }

  private func time(_ value: JSONValue?) throws(RowFault) -> Timestamp? {
    guard let value, !value.isNull else { return nil }
    let number = value.int64.map { Timestamp(nanoseconds: $0) }
    guard let time = number ?? value.string.flatMap({ Timestamp($0) }) else {
      throw missing("time", "a time such as \"2024-05-02T09:30:00Z\"", value)
    }
    guard time <= now.advanced(byNanos: Self.futureNanos) else {
      throw RowFault("time: \(time) is in the future, it is \(now)")
    }
    return time
  }

  private func venueSequence(_ value: JSONValue?) throws(RowFault) -> UInt64 {
    guard let value, !value.isNull else { return 0 }
    guard let number = value.int64, number >= 0 else {
      throw missing("venue_seq", "an integer of 0 or more", value)
    }
    return UInt64(number)
  }

  private func missing(_ name: String, _ expected: String, _ value: JSONValue?) -> RowFault {
    RowFault("\(name): expected \(expected), found \(value.map { $0.summary } ?? "nothing")")
  }
}
