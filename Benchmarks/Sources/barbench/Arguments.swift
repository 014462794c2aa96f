import Glibc

/// The command line of the driver.
struct Arguments {
  var workload = "W4"
  /// pure: ticks straight into the aggregator. bus: over the bus, bars back onto it.
  var way = "pure"
  var instruments = 1000
  var specs = ["1s", "1m", "1h"]
  var events = 10_000_000
  var seconds = 1.0
  var history = 256

  init(_ words: [String]) {
    var rest = words[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { fail("no value for \(name)") }
      switch name {
      case "--workload": workload = value
      case "--way": way = value
      case "--instruments": instruments = Int(value) ?? instruments
      case "--specs": specs = Self.specs(value)
      case "--events": events = Int(value) ?? events
      case "--seconds": seconds = Double(value) ?? seconds
      case "--history": history = Int(value) ?? history
      case "--ring-bytes": continue
      default: fail("unknown option \(name)")
      }
    }
  }

  /// A list, or how many of ten.
  private static func specs(_ text: String) -> [String] {
    let ten = ["1s", "5s", "15s", "30s", "1m", "5m", "15m", "1h", "4h", "1d"]
    if let count = Int(text) { return Array(ten.prefix(count)) }
    return text.split(separator: ",").map(String.init)
  }
}

func fail(_ message: String) -> Never {
  let line = Array("barbench: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(64)
}
