/// Waiting for what another process does: looks again and again, for as long as a slow machine may
/// need. The only place of these tests where time goes by.
enum Deadline {
  struct Passed: Error, CustomStringConvertible {
    var awaited: String
    var description: String { "waited 30 s for \(awaited)" }
  }

  /// Returns what `look` finds.
  @discardableResult
  static func wait<Found>(
    for awaited: String, _ look: () async throws -> Found?
  ) async throws -> Found {
    for _ in 0..<3000 {
      if let found = try await look() { return found }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Passed(awaited: awaited)
  }
}
