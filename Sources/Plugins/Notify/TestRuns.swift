internal import EngineCore
internal import Notifications

/// Tests of channels that people have asked for, the newest few.
struct TestRuns {
  private struct Run {
    var channel: String
    var result: AttemptResult?
    var nanos: Int64 = 0
  }

  private static let most = 100
  private var runs: [Int64: Run] = [:]
  private var next: Int64 = 1

  mutating func begin(_ channel: String) -> Int64 {
    defer { next += 1 }
    runs[next - Int64(Self.most)] = nil
    runs[next] = Run(channel: channel)
    return next
  }

  mutating func end(_ number: Int64, _ result: AttemptResult, _ nanos: Int64) {
    runs[number]?.result = result
    runs[number]?.nanos = nanos
  }

  /// Nil when there is no such test, or no more.
  func json(_ number: Int64) -> JSONValue? {
    guard let run = runs[number] else { return nil }
    return .object([
      ("test", .integer(number)), ("channel", .string(run.channel)),
      ("done", .bool(run.result != nil)), ("result", .optional(run.result?.name)),
      ("detail", .optional(run.result?.detail)),
      ("took", .string(DurationText.format(run.nanos / 1_000_000 * 1_000_000))),
    ])
  }
}
