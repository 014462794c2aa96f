import BarAggregation
import CBench
import EngineCore

/// close: from the tick that completes an hour to the last closed bar at a subscriber.
enum Closing {
  static func run(_ arguments: Arguments) throws -> String {
    var aggregator = try Throughput.aggregator(arguments)
    let bus = Bus(epoch: 1)
    let source = bus.publisher(role: .source)
    let reader = try bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade, .quote, .correction, .time]), batch: 1024),
      name: "bars", isDeriving: true)
    let client = try bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.bar]), batch: 1024), name: "client")
    var output = Throughput.BusOutput(publisher: bus.publisher(role: .deriving))
    var nanos: [UInt64] = []
    var hour = MadeTicks.base
    let rounds = max(100, Int(arguments.seconds * 1000))
    for _ in 0..<rounds {
      for number in 0..<arguments.instruments {
        publish(number, hour + 3_599_500_000_000 + Int64(number), source)
        if number % 256 == 255 { Throughput.drain(reader, &aggregator, &output) }
      }
      Throughput.drain(reader, &aggregator, &output)
      _ = drainClient(client)
      hour += 3_600_000_000_000
      let began = bench_now()
      publish(0, hour, source)
      Throughput.drain(reader, &aggregator, &output)
      let bars = drainClient(client)
      nanos.append(bench_now() - began)
      guard bars == arguments.instruments * arguments.specs.count else {
        fail("\(bars) bars were closed")
      }
    }
    nanos.sort()
    func quantile(_ share: Double) -> UInt64 { nanos[min(Int(share * Double(rounds)), rounds - 1)] }
    return "{\"system\":\"tickwire-bars\",\"workload\":\"close\",\"events\":\(rounds),"
      + "\"seconds\":1,\"rate\":0,\"p50_ns\":\(quantile(0.5)),\"p99_ns\":\(quantile(0.99)),"
      + "\"p999_ns\":\(quantile(0.999)),\"max_ns\":\(nanos[rounds - 1]),\"checksum_ok\":true}"
  }

  private static func publish(_ number: Int, _ time: Int64, _ source: Publisher) {
    let trade = Trade(
      instrument: InstrumentID(UInt32(number + 1)), price: Price(raw: 1_000_000_000),
      size: Quantity(raw: 1_000_000_000), eventTime: Timestamp(nanoseconds: time),
      receiveTime: .zero, source: SourceID(1))
    guard source.publish(Event(trade)) else { fail("the bus has no room for a tick") }
  }

  private static func drainClient(_ client: Subscription) -> Int {
    var bars = 0
    var passed = 1
    while passed > 0 { passed = client.poll { bars += $0.count } }
    return bars
  }
}
