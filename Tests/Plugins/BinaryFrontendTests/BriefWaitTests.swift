import Testing

@testable import BinaryFrontend

@Suite("Binary frontend: waiting through short breaks")
struct BriefWaitTests {
  /// What is said after each of so many messages with such a break before each.
  private func answers(_ wait: inout BriefWait, _ count: Int, break nanos: Int64) -> [Bool] {
    var now: Int64 = 0
    return (0..<count).map { _ in
      now += nanos
      wait.began(at: now)
      return wait.done(at: now)
    }
  }

  @Test("nothing is looked for until breaks are known to be short")
  func start() {
    var wait = BriefWait()
    let answers = answers(&wait, 60, break: 4_000)
    #expect(answers.first == false && answers.last == true)
    // It does not change its mind.
    #expect(answers.drop { !$0 }.allSatisfy { $0 })
  }

  @Test("breaks that are longer than it pays end it, and one long break does not for long")
  func end() {
    var wait = BriefWait()
    _ = answers(&wait, 60, break: 4_000)
    #expect(answers(&wait, 30, break: 45_000).last == false)
    _ = answers(&wait, 60, break: 4_000)
    #expect(answers(&wait, 1, break: 3_600_000_000_000) == [false])
    #expect(answers(&wait, 40, break: 4_000).last == true)
  }

  @Test("a clock that stands still or goes back does no harm")
  func clocks() {
    var wait = BriefWait()
    #expect(answers(&wait, 80, break: 0).last == true)
    #expect(answers(&wait, 80, break: -5_000).last == true)
  }
}
