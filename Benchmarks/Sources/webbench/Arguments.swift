import EngineCore
import Glibc
import WebProtocol

/// The command line of the driver.
struct Arguments {
  /// encode: events to JSON. text: prints what `encode` writes. messages: small masked messages.
  /// unmask: large ones. deflate: batches of events, compressed.
  var workload = "encode"
  var kind = "trade"
  var format = EventFormat()
  /// 0: as many as fill `seconds`.
  var events = 0
  var seconds = 1.0

  init(_ words: [String]) {
    var rest = words[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { fail("no value for \(name)") }
      switch name {
      case "--workload": workload = value
      case "--kind": kind = value
      case "--times": format.times = EventFormat.Times(rawValue: value) ?? .iso
      case "--fields": format.fields = EventFormat.Fields(rawValue: value) ?? .basic
      case "--events": events = Int(value) ?? events
      case "--seconds": seconds = Double(value) ?? seconds
      default: fail("unknown option \(name)")
      }
    }
  }
}

func fail(_ message: String) -> Never {
  let line = Array("webbench: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(64)
}
