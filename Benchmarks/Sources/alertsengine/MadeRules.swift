import EngineCore
import Glibc

/// The rules of W6: thresholds evenly between 80 and 120, one half above and one half below.
enum MadeRules {
  /// A rule file. For counting allocations thresholds are where prices never come.
  static func write(_ arguments: Arguments, to path: String) {
    guard let file = fopen(path, "w") else { fail("\(path) cannot be written") }
    fputs("[\n", file)
    for number in 0..<arguments.rules {
      let draw = mix(1 << 40 + UInt64(number))
      let name = symbol(Int(draw % UInt64(arguments.instruments)))
      let hundredths = 8000 + Int64((draw >> 20) % 4001)
      let isAbove = arguments.workload == "allocs" || draw >> 50 & 1 == 1
      let level = hundredths * (arguments.workload == "allocs" ? 1_000_000_000 : 10_000_000)
      let when = "price(\(name)) \(isAbove ? ">" : "<") \(FixedPoint.text(level))"
      let line = #"{"id":"r\#(number)","when":"\#(when)","notify":["log"]}"#
      fputs("\(number == 0 ? "" : ",\n")\(line)", file)
    }
    fputs("\n]\n", file)
    fclose(file)
  }

  static func symbol(_ number: Int) -> String { "I\(number)" }

  /// splitmix64 of the number.
  private static func mix(_ index: UInt64) -> UInt64 {
    var z = index &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
