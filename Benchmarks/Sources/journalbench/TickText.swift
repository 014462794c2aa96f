import EngineCore
import Glibc

/// Ticks of a CSV file, plain or gzipped: `ts_ns,symbol,bid,ask` or `ts_ns,symbol,price,size,…`.
enum TickText {
  static func load(_ path: String, atMost most: Int) throws -> [Event] {
    let command = path.hasSuffix(".gz") ? "gzip -dc '\(path)'" : "cat '\(path)'"
    guard let pipe = popen(command, "r") else { fail("cannot run \(command)") }
    defer { pclose(pipe) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, pipe) > 0, let line, String(cString: line).hasPrefix("ts_ns")
    else { fail("\(path): no header `ts_ns,symbol,…`") }
    let isQuotes = String(cString: line).contains("bid")
    var events: [Event] = []
    var instruments: [Substring: UInt32] = [:]
    var lineOut: UnsafeMutablePointer<CChar>? = nil
    defer { free(lineOut) }
    var room = 0
    while events.count < most, getline(&lineOut, &room, pipe) > 0, let text = lineOut {
      let fields = String(cString: text).split(whereSeparator: { $0 == "," || $0 == "\n" })
      guard fields.count >= 4, let time = Int64(fields[0]) else { continue }
      let number = instruments[fields[1]] ?? UInt32(instruments.count + 1)
      instruments[fields[1]] = number
      events.append(try event(fields, number, time, isQuotes))
      events[events.count - 1].sequence = UInt64(events.count)
    }
    return events
  }

  private static func event(
    _ fields: [Substring], _ number: UInt32, _ time: Int64, _ isQuotes: Bool
  ) throws -> Event {
    let instrument = InstrumentID(number)
    let time = Timestamp(nanoseconds: time)
    if isQuotes {
      return Event(
        Quote(
          instrument: instrument, bid: try Price(String(fields[2])),
          ask: try Price(String(fields[3])), eventTime: time, receiveTime: time,
          source: SourceID(1)))
    }
    return Event(
      Trade(
        instrument: instrument, price: try Price(String(fields[2])),
        size: try Quantity(String(fields[3])), eventTime: time, receiveTime: time,
        source: SourceID(1)))
  }
}
