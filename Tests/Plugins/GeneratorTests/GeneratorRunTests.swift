import EngineCore
import Support
import Testing

@testable import Generator

@Suite("Generator runs")
struct GeneratorRunTests {
  /// A run on a clock that a test moves.
  private final class Stage {
    let clock = ManualClock()
    let run: GeneratorRun
    var list = EventList()

    init(_ change: (inout GeneratorSettings) -> Void) {
      var settings = GeneratorSettings()
      change(&settings)
      run = GeneratorRun(
        GeneratorPlan(settings, catalog: Catalog()), seed: 5, source: SourceID(1),
        nanos: clock.monotonicNanos())
    }

    @discardableResult
    func produce(room: Int = 1_000) -> Next {
      run.produce(
        &list, room: room,
        now: GeneratorRun.Now(wall: clock.now(), nanos: clock.monotonicNanos()))
    }

    func after(_ nanos: Int64) -> Next { .at(clock.now().advanced(byNanos: nanos)) }
    var count: Int { list.events.count }
    var prices: [Int64] { list.events.map(\.trade.price.raw) }
  }

  @Test("instruments tick in turn, evenly over the interval")
  func interval() {
    let stage = Stage { $0.instruments = InstrumentSettings.numbered(4) }
    #expect(stage.produce() == stage.after(250_000_000))
    #expect(stage.count == 1)
    stage.clock.advance(nanos: 250_000_000)
    #expect(stage.produce() == stage.after(250_000_000))
    stage.clock.advance(nanos: 750_000_000)
    stage.produce()
    #expect(stage.list.events.map(\.instrument.raw) == [1, 2, 3, 4, 1])
    #expect(stage.list.events.last?.trade.eventTime == stage.clock.now())
  }

  @Test("a rate is kept in the long run, also one that is no whole number of nanoseconds")
  func rate() {
    let stage = Stage { settings in
      settings.pace = .rate(raw: 300_000_000_000)
      settings.emission = .both
    }
    for _ in 0..<1_000 {
      stage.clock.advance(nanos: 10_000_000)
      stage.produce()
    }
    #expect((2_999...3_002).contains(stage.count))
    let slow = Stage { $0.pace = .rate(raw: 16_666_667) }
    slow.produce()
    #expect(slow.count == 1)
    slow.clock.advance(nanos: 59_000_000_000)
    slow.produce()
    #expect(slow.count == 1)
    slow.clock.advance(nanos: 1_000_000_000)
    slow.produce()
    #expect(slow.count == 2)
  }

  @Test("maximum speed fills the room until the limit")
  func maximum() {
    let stage = Stage { settings in
      settings.pace = .max
      settings.limit = 2_500
    }
    #expect(stage.produce() == .now)
    #expect(stage.produce() == .now)
    #expect(stage.produce() == .idle)
    #expect(stage.count == 2_500)
    #expect(stage.produce() == .idle)
    #expect(stage.count == 2_500 && stage.run.isFinished)
  }

  @Test("after a stall it makes up for catch_up, and misses the rest without a hole in the stream")
  func stall() {
    let settings: (inout GeneratorSettings) -> Void = { settings in
      settings.instruments = InstrumentSettings.numbered(1)
      settings.pace = .interval(100_000_000)
    }
    let stalled = Stage(settings)
    stalled.produce()
    stalled.clock.advance(nanos: 10_000_000_000)
    stalled.produce()
    // Of a hundred ticks, eleven are at most a second old.
    #expect(stalled.count == 12)
    #expect(stalled.run.missed == 89)
    let smooth = Stage(settings)
    for _ in 0..<12 {
      smooth.produce()
      smooth.clock.advance(nanos: 100_000_000)
    }
    #expect(smooth.prices == stalled.prices)
    #expect(smooth.run.missed == 0)
  }

  @Test("after a pause there is no burst at all")
  func pause() {
    let stage = Stage { $0.pace = .rate(raw: 1_000_000_000_000) }
    stage.produce()
    stage.clock.advance(nanos: 3_600_000_000_000)
    stage.run.resume(nanos: stage.clock.monotonicNanos())
    stage.produce()
    #expect(stage.count == 2)
    #expect(stage.run.missed == 3_599_999)
  }

  @Test("pace and room do not change the values, nor does a wall clock that jumps")
  func pacing() {
    let fast = Stage { settings in
      settings.pace = .max
      settings.step = 1_000_000_000
      settings.model = .gbm
      settings.emission = .both
      settings.time = .simulated
    }
    while fast.count < 500 { fast.produce(room: 9) }
    let slow = Stage { settings in
      settings.pace = .interval(1_000_000_000)
      settings.model = .gbm
      settings.emission = .both
      settings.time = .simulated
    }
    while slow.count < 500 {
      slow.produce(room: 3)
      slow.clock.advance(nanos: 30_000_000)
      slow.clock.jump(nanos: -7_000_000_000)
    }
    #expect(Array(fast.list.events[..<500]) == Array(slow.list.events[..<500]))
  }

  @Test("settings can be changed while it runs, all of a command or nothing")
  func change() throws {
    let stage = Stage { $0.instruments = InstrumentSettings.numbered(1) }
    stage.produce()
    func arguments(_ text: String) throws -> JSONValue { try JSONReader().read(Array(text.utf8)) }
    let faster = try stage.run.settings.changed(
      by: arguments("{\"interval\":\"10ms\",\"change_range\":0}"))
    stage.run.change(faster, nanos: stage.clock.monotonicNanos())
    #expect(stage.produce() == stage.after(10_000_000))
    for _ in 0..<10 {
      stage.clock.advance(nanos: 10_000_000)
      stage.produce()
    }
    #expect(stage.count == 11)
    #expect(Set(stage.prices).count == 1)
    for (text, message) in [
      ("{}", "expected an object with what to set, found {}"),
      (
        "{\"interval\":5}",
        "interval: expected \"max\" or a duration from \"1us\" to \"1d\", found 5"
      ),
      ("{\"rate\":0}", "rate: expected a number above 0 and at most 100000000, found 0"),
      ("{\"volatility\":11}", "volatility: expected a number from 0.0 to 10.0, found 11"),
      ("{\"seed\":1}", "\"seed\" can't be set while it runs"),
      ("{\"rate\":1,\"interval\":\"1s\"}", "expected either an interval or a rate, found both"),
    ] {
      let error = #expect(throws: PluginError.self) {
        try stage.run.settings.changed(by: arguments(text))
      }
      #expect(error?.message == message)
    }
  }

  @Test("100,000 instruments are defined and tick")
  func many() {
    let stage = Stage { settings in
      settings.instruments = InstrumentSettings.numbered(100_000)
      settings.pace = .max
    }
    while stage.count < 100_000 { stage.produce() }
    #expect(Set(stage.list.events[..<100_000].map(\.instrument)).count == 100_000)
  }
}
