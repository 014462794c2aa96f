import AlertRules
import CBench
import EngineCore

/// W6: ticks a second through one engine of rules on one thread.
enum Matching {
  static func run(_ arguments: Arguments) throws -> String {
    let made = MadeRules(
      rules: arguments.rules, ticks: arguments.events, instruments: arguments.instruments)
    let checked = min(arguments.events, max(2_000, 20_000_000 / max(arguments.rules, 1)))
    var (engine, setup) = try engine(made, arguments)
    var sequence: UInt64 = 0
    var count = FiringCount()
    _ = pass(made, 0..<checked, &engine, &count, &sequence)
    let isRight = count.firings == made.firings(of: checked, instruments: arguments.instruments)
    _ = pass(made, checked..<arguments.events, &engine, &count, &sequence)
    let first = count.firings
    var rounds: [Double] = []
    let began = bench_now()
    let allocations = bench_allocation_count()
    repeat {
      rounds.append(pass(made, 0..<arguments.events, &engine, &count, &sequence))
    } while Double(bench_now() - began) / 1e9 < arguments.seconds
    let allocated = bench_allocation_count() - allocations
    let seconds = rounds.sorted()[rounds.count / 2]
    return "{\"system\":\"tickwire-alerts\",\"workload\":\"W6\",\"rules\":\(arguments.rules),"
      + "\"events\":\(arguments.events),\"seconds\":\(seconds),"
      + "\"rate\":\(UInt64(Double(arguments.events) / seconds)),"
      + "\"ns_per_tick\":\(seconds * 1e9 / Double(arguments.events)),\"sum\":\(first),"
      + "\"fired\":\(count.firings - first),\"setup_seconds\":\(setup),"
      + "\"allocated\":\(allocated),\"checksum_ok\":\(isRight)}"
  }

  private static func engine(
    _ made: MadeRules, _ arguments: Arguments
  ) throws -> (AlertEngine, Double) {
    var options = AlertOptions()
    options.flapFirings = 0
    var engine = AlertEngine(
      options: options,
      surroundings: AlertSurroundings(
        describe: { AlertInstrument(key: "I\($0.raw)") },
        find: { key in UInt32(key.dropFirst()).map { InstrumentID($0) } }, specID: { _ in nil }))
    var count = FiringCount()
    let began = bench_now()
    for (index, rule) in made.rules.enumerated() {
      let threshold = FixedPoint.text(Int64(rule.threshold) * 10_000_000)
      let when = "price(I\(rule.instrument + 1)) \(rule.isAbove ? ">" : "<") \(threshold)"
      try engine.add(
        CompiledAlertRule(AlertRule(id: "r\(index)", when: when)),
        id: RuleID(UInt32(index + 1)), at: .zero, cause: 0, to: &count)
    }
    return (engine, Double(bench_now() - began) / 1e9)
  }

  private static func pass(
    _ made: MadeRules, _ ticks: Range<Int>, _ engine: inout AlertEngine,
    _ count: inout FiringCount, _ sequence: inout UInt64
  ) -> Double {
    var batch = [Event](repeating: Event(), count: 256)
    let began = bench_now()
    var index = ticks.lowerBound
    while index < ticks.upperBound {
      let size = min(batch.count, ticks.upperBound - index)
      var span = batch.mutableSpan
      for offset in 0..<size {
        sequence += 1
        span[offset] = made.event(index + offset, sequence: sequence)
      }
      engine.receive(batch.span.extracting(0..<size), to: &count)
      index += size
    }
    return Double(bench_now() - began) / 1e9
  }
}
