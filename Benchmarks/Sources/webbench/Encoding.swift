import CBench
import EngineCore
import Glibc
import WebProtocol

/// Events a second into JSON, on one thread.
enum Encoding {
  /// Events of one pass: more than the caches hold.
  private static let passEvents = 100_000
  /// What a segment of a frontend's log holds.
  private static let segmentBytes = 256 << 10

  static func run(_ arguments: Arguments) -> String {
    let made = MadeEvents(passEvents, kind: arguments.kind)
    var encoder = EventEncoder(made.catalog, format: arguments.format)
    var segment: [UInt8] = []
    segment.reserveCapacity(segmentBytes)
    var bytes = 0
    var events = 0
    // The first pass warms up, unless the number of events is given: then every one counts.
    if arguments.events == 0 { bytes = pass(made.events[...], &encoder, &segment) }
    bytes = 0
    let began = bench_now()
    repeat {
      let left = arguments.events > 0 ? min(arguments.events - events, passEvents) : passEvents
      bytes += pass(made.events[..<left], &encoder, &segment)
      events += left
    } while arguments.events > 0
      ? events < arguments.events : Double(bench_now() - began) / 1e9 < arguments.seconds
    let seconds = Double(bench_now() - began) / 1e9
    return "{\"system\":\"tickwire\",\"workload\":\"encode\",\"kind\":\"\(arguments.kind)\","
      + "\"times\":\"\(arguments.format.times.rawValue)\","
      + "\"fields\":\"\(arguments.format.fields.rawValue)\",\"events\":\(events),"
      + "\"seconds\":\(seconds),\"rate\":\(UInt64(Double(events) / seconds)),"
      + "\"ns_per_event\":\(seconds * 1e9 / Double(events)),"
      + "\"bytes_per_event\":\(Double(bytes) / Double(events))}"
  }

  private static func pass(
    _ events: ArraySlice<Event>, _ encoder: inout EventEncoder, _ segment: inout [UInt8]
  ) -> Int {
    var bytes = 0
    for index in events.indices {
      if segment.count > segmentBytes - 2_048 {
        bytes += segment.count
        segment.removeAll(keepingCapacity: true)
      }
      encoder.append(events[index], isListed: true, to: &segment)
    }
    bytes += segment.count
    segment.removeAll(keepingCapacity: true)
    return bytes
  }

  /// What is written, a line an event, to compare with what others write.
  static func printText(_ arguments: Arguments) {
    let made = MadeEvents(max(arguments.events, 1), kind: arguments.kind)
    var encoder = EventEncoder(made.catalog, format: arguments.format)
    for event in made.events {
      var line: [UInt8] = []
      encoder.append(event, to: &line)
      print(String(decoding: line, as: UTF8.self))
    }
  }
}
