import CBench
import EngineCore
import Glibc
import JournalFiles

/// `journalbench append|read|seek|size|open|compact FOLDER|FILE [--option value …]`.
struct Arguments {
  var workload = ""
  /// A journal's folder; of `size` a file of ticks, or `made`.
  var path = "made"
  var events = 10_000_000
  var batch = 256
  var sync = "100ms"
  var block = 8192
  var segmentBytes = 256 << 20
  var count = 10_000
  var rounds = 50
  /// Of `seek`: `active`, `any` or both.
  var symbol = "both"

  init(_ words: [String]) {
    var rest = words[...]
    workload = rest.popFirst() ?? ""
    if let first = rest.first, !first.hasPrefix("--") {
      path = first
      rest.removeFirst()
    }
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { fail("no value for \(name)") }
      switch name {
      case "--events": events = Int(value) ?? events
      case "--batch": batch = Int(value) ?? batch
      case "--sync": sync = value
      case "--block": block = Int(value) ?? block
      case "--segment-bytes": segmentBytes = Int(value) ?? segmentBytes
      case "--count": count = Int(value) ?? count
      case "--symbol": symbol = value
      case "--rounds": rounds = Int(value) ?? rounds
      default: fail("unknown option \(name)")
      }
    }
  }

  var options: JournalOptions {
    let policy: SyncPolicy
    if sync == "each" {
      policy = .eachBatch
    } else if sync.hasSuffix("ms"), let millis = Int64(sync.dropLast(2)) {
      policy = .every(nanos: millis * 1_000_000)
    } else if let count = Int(sync) {
      policy = .everyEvents(count)
    } else {
      fail("--sync: expected 100ms, 1000 or each, found \(sync)")
    }
    return JournalOptions(sync: policy, segmentBytes: segmentBytes, blockEvents: block)
  }

  /// The ticks that are asked for.
  func ticks(_ most: Int) throws -> [Event] {
    if path != "made", workload == "size" {
      return try TickText.load(path, atMost: most)
    }
    var maker = MadeTicks()
    var events: [Event] = []
    events.reserveCapacity(most)
    for _ in 0..<most { events.append(maker.next()) }
    return events
  }
}

/// Seconds since some time.
func seconds() -> Double { Double(bench_now()) / 1e9 }

/// CPU seconds of this process.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func now() -> Timestamp { Timestamp(nanoseconds: Int64(bench_now())) }

func rounded(_ value: Double, _ digits: Double = 1000) -> Double {
  (value * digits).rounded() / digits
}
