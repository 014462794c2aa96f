import Glibc

/// The command line that every driver of the kit understands, and what only the bus has.
struct Options: Sendable {
  var workload = "W1"
  var topology = "1to1"
  var payload = "record"
  var producers = 1
  var readers = 1
  var batch = 1
  var parks = false
  var isExclusive = true
  var isPinned = false
  var ringBytes = 8 << 20
  /// Most events that a reader takes at once; the default of a subscription.
  var take = 256
  /// 0: as many as the last warm-up says fill `seconds`.
  var events: UInt64 = 0
  var seconds = 1.0
  /// Allocations that the `allocs` workload makes on purpose, to show that they are seen.
  var planted = 0

  var slots: Int { ringBytes / 128 }
  var mode: String { parks ? "park" : "spin" }
  var system: String { isExclusive ? "tickwire-single" : "tickwire-multi" }

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      if name == "--pin" {
        isPinned = true
        continue
      }
      guard let value = rest.popFirst() else { fail("no value for \(name)") }
      set(name, value)
    }
    if producers > 1 { isExclusive = false }
    guard slots >= 16, slots & (slots - 1) == 0 else {
      fail("--ring-bytes takes a power of two from 2048, not \(ringBytes)")
    }
  }

  private mutating func set(_ name: String, _ value: String) {
    switch name {
    case "--workload": workload = value
    case "--topology": setTopology(value)
    case "--payload": payload = value
    case "--wait": parks = value == "park"
    case "--producers": isExclusive = value == "single"
    case "--batch": batch = number(name, value)
    case "--ring-bytes": ringBytes = number(name, value)
    case "--take": take = number(name, value)
    case "--events": events = number(name, value)
    case "--seconds": seconds = number(name, value)
    case "--plant": planted = number(name, value)
    default: fail("unknown option \(name)")
    }
  }

  private mutating func setTopology(_ value: String) {
    topology = value
    switch value {
    case "1to1": (producers, readers) = (1, 1)
    case "1to3": (producers, readers) = (1, 3)
    case "3to1": (producers, readers) = (3, 1)
    default: fail("--topology takes 1to1, 1to3 or 3to1, not \(value)")
    }
  }

  private func number<Number: LosslessStringConvertible>(_ name: String, _ value: String) -> Number
  {
    guard let number = Number(value) else { fail("\(name) takes a number, not \(value)") }
    return number
  }

  /// Whole batches for each of the producers.
  func whole(_ events: Double) -> UInt64 {
    let unit = UInt64(producers * batch)
    return max(1, UInt64(events) / unit) * unit
  }
}

func fail(_ message: String) -> Never {
  let line = Array("busbench: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(64)
}
