import BarAggregation
import EngineCore
import Glibc

/// memory: what bars of many instruments take, after so many ticks and after twice as many.
enum Memory {
  static func run(_ arguments: Arguments) throws -> String {
    var aggregator = try Throughput.aggregator(arguments)
    var sum = BarSum()
    let before = resident()
    var sizes: [Int] = []
    var index: UInt64 = 0
    for _ in 0..<2 {
      for _ in 0..<arguments.events {
        let draw = MadeTicks.mix(index)
        let trade = Trade(
          instrument: InstrumentID(UInt32(draw % UInt64(arguments.instruments)) + 1),
          price: Price(raw: Int64(draw >> 20 & 0x3FF) * 10_000_000 + 1),
          size: Quantity(raw: 1_000_000_000),
          eventTime: Timestamp(
            nanoseconds: MadeTicks.base + Int64(index) &* MadeTicks.stepNanos),
          receiveTime: .zero, venueSequence: index, source: SourceID(1))
        aggregator.receive(Event(trade), to: &sum)
        index += 1
      }
      sizes.append(resident() - before)
    }
    return "{\"system\":\"tickwire-bars\",\"workload\":\"memory\",\"events\":\(index),"
      + "\"seconds\":1,\"rate\":0,\"instruments\":\(arguments.instruments),"
      + "\"history\":\(arguments.history),\"bytes\":\(sizes[0]),\"bytes_twice\":\(sizes[1]),"
      + "\"counted\":\(aggregator.memoryBytes),\"checksum_ok\":true}"
  }

  /// Resident pages of this process, in bytes.
  private static func resident() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    guard fgets(&buffer, 255, file) != nil else { return 0 }
    let text = String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
  }
}
