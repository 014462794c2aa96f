import EngineCore
import Glibc

/// `alertsengine latency|throughput|allocs [--option value …]`.
struct Arguments {
  var workload = ""
  var rules = 100_000
  var instruments = 1000
  /// Trades a second.
  var rate = 100_000
  var seconds = 10
  /// A folder for a journal; none: without one.
  var journal: String?
  /// The store of alerts; `memory` keeps nothing.
  var store = "memory"
  var seed = 1
  /// Threads that plugins run on; nil for as many as engined has here.
  var lanes: Int?

  init(_ words: [String]) {
    var rest = words[...]
    workload = rest.popFirst() ?? ""
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { fail("no value for \(name)") }
      switch name {
      case "--rules": rules = Int(value) ?? rules
      case "--instruments": instruments = Int(value) ?? instruments
      case "--rate": rate = Int(value) ?? rate
      case "--seconds": seconds = Int(value) ?? seconds
      case "--journal": journal = value
      case "--store": store = value
      case "--seed": seed = Int(value) ?? seed
      case "--lanes": lanes = Int(value) ?? lanes
      default: fail("unknown option \(name)")
      }
    }
  }
}

func fail(_ message: String) -> Never {
  let line = Array("alertsengine: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(64)
}
