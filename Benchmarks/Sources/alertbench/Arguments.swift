import Glibc

/// The command line of the driver.
struct Arguments {
  var workload = "W6"
  var rules = 100_000
  var instruments = 1000
  var events = 10_000_000
  var seconds = 1.0

  init(_ words: [String]) {
    var rest = words[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { fail("no value for \(name)") }
      switch name {
      case "--workload": workload = value
      case "--rules": rules = Int(value) ?? rules
      case "--instruments": instruments = Int(value) ?? instruments
      case "--events": events = Int(value) ?? events
      case "--seconds": seconds = Double(value) ?? seconds
      case "--ring-bytes": continue
      default: fail("unknown option \(name)")
      }
    }
  }
}

func fail(_ message: String) -> Never {
  let line = Array("alertbench: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(64)
}
