import Testing

@testable import Fanout

@Suite("How long what is gathered waits")
struct SendingPaceTests {
  private static let flushNanos: Int64 = 20_000_000

  /// Lets seconds pass of which sending takes a share; 10 ms at a time.
  private func pass(_ pace: inout SendingPace, _ now: inout Int64, tenths: Int64, percent: Int64) {
    for _ in 0..<tenths * 10 {
      now += 10_000_000
      pace.spent(percent * 100_000, until: now)
    }
  }

  @Test("not longer than a round takes, as long as there is time")
  func idle() {
    var pace = SendingPace(flushNanos: Self.flushNanos)
    var now: Int64 = 5_000_000_000
    pass(&pace, &now, tenths: 50, percent: 80)
    #expect(pace.holdNanos == 0)
  }

  @Test("longer when sending takes all the time, but never much more than two intervals")
  func busy() {
    var pace = SendingPace(flushNanos: Self.flushNanos)
    var now: Int64 = 5_000_000_000
    pass(&pace, &now, tenths: 3, percent: 99)
    #expect(pace.holdNanos > Self.flushNanos)
    pass(&pace, &now, tenths: 50, percent: 99)
    #expect(pace.holdNanos == Self.flushNanos / 5 * 11)
    // What that saves is no reason to go back at once.
    pass(&pace, &now, tenths: 50, percent: 75)
    #expect(pace.holdNanos == Self.flushNanos / 5 * 11)
    pass(&pace, &now, tenths: 50, percent: 30)
    #expect(pace.holdNanos == 0)
  }

  @Test("nothing is held after a quiet time, nor where nothing may wait")
  func quiet() {
    var pace = SendingPace(flushNanos: Self.flushNanos)
    var now: Int64 = 5_000_000_000
    pass(&pace, &now, tenths: 50, percent: 99)
    now += 2_000_000_000
    pace.spent(1_000, until: now)
    #expect(pace.holdNanos == 0)
    var hurried = SendingPace(flushNanos: 0)
    pass(&hurried, &now, tenths: 50, percent: 99)
    #expect(hurried.holdNanos == 0)
  }
}
